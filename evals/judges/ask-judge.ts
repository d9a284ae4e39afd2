import type { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { targetName } from '../../domain/revision/revision.ts';
import type { JudgeMessage } from '../../domain/evaluation/judge-question.ts';
import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';
import { backOffMs } from '../patience/back-off.ts';
import type { Patience } from '../patience/patient-caller.ts';
import type { AskJudgeOnce, SaidByJudge } from './judge-client.ts';
import { judgeMessages, type JudgeTask } from './judge-messages.ts';
import type { JudgeBudget } from './judge-budget.ts';
import type { MakeToken } from './fence.ts';
import { readVerdict } from './read-verdict.ts';

/** What is no verdict is asked for again, with new tokens, so many times in all. */
const mostTries = 3;
/** Calls without an answer, of one question, before it is given up. */
const mostSilences = 3;
const patiencesOfQuestion = 5;

export interface AskJudgeParts {
  readonly ask: AskJudgeOnce;
  /** Shared with all that ask the same providers. */
  readonly patience: Patience;
  readonly budget: JudgeBudget;
  readonly makeToken: MakeToken;
}

/**
 * One verdict of a judge, asked for with the patience that its provider needs.
 *
 * @throws SluiceError `broken_measurement` where it gives none: its budget is used up, it is not there, or what it says is
 *   no verdict (malformed, refused, cut off, of another question); `unreachable` where its provider or the gateway is away
 */
export async function askJudge<T extends { readonly id: string }>(
  parts: AskJudgeParts,
  judge: NamedJudge,
  { task, schema }: { readonly task: JudgeTask; readonly schema: z.ZodType<T> },
): Promise<T> {
  const { prompt } = judge.binding;
  let why = '';
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { messages, verdictId } = judgeMessages(task, { prompt, makeToken: parts.makeToken });
    await parts.budget.take(judge);
    const read = readVerdict(await saidBy(parts, judge, messages), schema, verdictId);
    if (read.kind === 'verdict') return read.verdict;
    ({ why } = read);
  }
  throw new SluiceError(
    'broken_measurement',
    `The judge "${judge.name}" gave no verdict in ${mostTries} tries: ${why}.`,
    { remedy: 'See what its model answers; one that cannot say JSON cannot judge.' },
  );
}

async function saidBy(
  { ask, patience }: AskJudgeParts,
  judge: NamedJudge,
  messages: readonly JudgeMessage[],
): Promise<SaidByJudge> {
  const { time, patienceMs } = patience.options;
  const place = patience.placeOf(targetName(judge.binding));
  const startedMs = time.nowMs();
  for (let silences = 0; ;) {
    const reply = await place.turn(() => ask(judge, messages), undefined);
    if (reply.kind === 'said') return reply;
    if (reply.kind === 'dead') throw noVerdict(judge, reply.why);
    if (reply.how === 'silent') {
      silences += 1;
      if (silences >= mostSilences) throw noVerdict(judge, `${reply.code}, ${silences} times`);
      await time.wait(backOffMs(silences, time.random()), undefined);
    } else if (time.nowMs() - startedMs > patiencesOfQuestion * patienceMs) {
      throw noVerdict(judge, `${reply.code}, again and again`);
    }
  }
}

function noVerdict({ name, binding }: NamedJudge, why: string): SluiceError {
  return new SluiceError(
    'broken_measurement',
    `The judge "${name}" (${targetName(binding)}) gives no verdict: ${why.slice(0, 200)}.`,
    { remedy: 'Mend its binding under `judges` in sluice.environments.yaml.' },
  );
}
