import type { EvalDecision } from './gate.ts';
import {
  answersText,
  criticalText,
  differenceText,
  passRateText,
  unjudgedPromptsText,
} from './reports/wording.ts';
import type { Answers } from './targets/who-answered.ts';

const mostBytes = 300;

/** What a summary says beside the decision. */
export interface SummedUp {
  readonly calls: number;
  /** Which targets gave the candidate's answers. */
  readonly answeredBy: readonly Answers[];
  /** Targets and environments that could not be probed, as sentences. */
  readonly notProbed?: readonly string[] | undefined;
}

/** A decision in at most 300 bytes: numbers and ids, never content, because it stands in Temporal's history. */
export function summaryOf(decision: EvalDecision, { calls, answeredBy, notProbed = [] }: SummedUp): string {
  const by = answersText(answeredBy);
  const first = decision.reasons.filter(({ code }) => code === 'target_failed' || code === 'prompt_failed');
  const parts = [
    ...decision.reasons.flatMap(({ code, message }) =>
      ofJudges.includes(code) ? [aboutJudge(message)] : [],
    ),
    ...first.map(({ message }) => message.replace(/\. See .*$|\.$/, '')),
    ...[unjudgedPromptsText(decision) ?? []].flat(),
    ...(decision.byCriticalCases === true
      ? ['critical cases alone']
      : [`pass rate ${passRateText(decision)}`, `compared with stable: ${differenceText(decision)}`]),
    by === '' ? `${calls} calls` : `${calls} calls, the candidate's answered by ${by}`,
    `critical: ${criticalText(decision)}`,
    ...notProbed.map((sentence) => `not probed: ${sentence}`),
  ];
  return shortened(parts.join('; '), mostBytes);
}

/** Why what judges said is no ground: then nothing else that is said here is. */
const ofJudges: readonly string[] = ['judge_unstable', 'judge_by_place'];

/** The numbers stand in the reason itself. */
function aboutJudge(message: string): string {
  return message.replace(/:.*$|\.$/, '');
}

/** The text cut to a number of UTF-8 bytes, with a mark where something was cut off. */
export function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const mark = '…';
  const kept = Buffer.from(text)
    .subarray(0, bytes - Buffer.byteLength(mark))
    .toString('utf8');
  // A character that was cut in two became a replacement character.
  return `${kept.replace(/\uFFFD+$/, '')}${mark}`;
}
