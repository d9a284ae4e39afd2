import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { PublishedSuite } from '../../domain/evaluation/suite.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Message } from '../../protocols/request.ts';
import type { LiveAnswer } from '../../protocols/samples/live-answer.ts';
import { sampledRequest, type Sample } from '../../protocols/samples/sample.ts';
import type { Asked } from '../assertions/answer.ts';
import { judgeOf, prepareCheck, type PreparedCheck } from '../run/eval-case.ts';
import { askCheck } from '../run/runner.ts';
import { scoreCase } from '../run/scoring.ts';

/** Scores live answers by what suites say under `live`. */
export interface LiveScorer {
  /** Something of it decides: not all is judged by judges that were not admitted. */
  readonly decides: boolean;
  /** The judges that say a part of it. */
  readonly judges: readonly NamedJudge[];
  /** 0..1; undefined where nobody can say it: then it is missing. */
  score(answer: LiveAnswer): Promise<number | undefined>;
}

/** Of these suites; those without `live` say nothing. Throws `invalid_file` for a judge that there is not. */
export function prepareLiveScorer(suites: readonly PublishedSuite[], asked: Asked): LiveScorer {
  const asserted = suites
    .flatMap(({ content }) => content.live?.assert ?? [])
    .filter(({ weight }) => weight > 0);
  const checks = asserted.map((each) => prepareCheck(each, asked));
  const { judging } = asked;
  return {
    judges: judging === undefined ? [] : asserted.flatMap(judgeOf).map((name) => judging.named(name)),
    decides: checks.some(({ weight }) => weight > 0),
    score: (answer) => scoreBy(checks, answer),
  };
}

async function scoreBy(
  checks: readonly PreparedCheck[],
  { sample, output, finishReason }: LiveAnswer,
): Promise<number | undefined> {
  const vars = variablesOf(sample);
  const answer = { output, latencyMs: 0, ...(finishReason === undefined ? {} : { finishReason }) };
  const results = await Promise.all(checks.map((check) => askCheck(check, { vars }, answer)));
  // One that cannot be judged leaves the mean of the others another quantity.
  if (results.some(({ kind, weight }) => kind === 'not-judged' && weight > 0)) return undefined;
  const scored = scoreCase(results, undefined);
  return scored.kind === 'judged' ? Math.min(1, Math.max(0, scored.score)) : undefined;
}

/** What assertions know of a live request: what its user said last, the turns before, documents and variables. */
function variablesOf(sample: Sample): JsonObject {
  const { variables, documents } = sample;
  const { messages } = sampledRequest(sample);
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const before = messages
    .slice(0, Math.max(0, at))
    .map((each) => ({ role: each.role, content: textIn(each) }));
  const last = messages[at];
  return {
    ...variables,
    ...(documents === undefined ? {} : { documents: [...documents] }),
    ...(before.length === 0 ? {} : { earlier: before }),
    message: last === undefined ? '' : textIn(last),
  };
}

function textIn({ content }: Message): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
