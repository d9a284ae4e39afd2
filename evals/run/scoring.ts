import type { AssertionVerdict } from '../assertions/answer.ts';

/** What came of one assertion. */
export type CheckResult = (
  ({ readonly kind: 'judged' } & AssertionVerdict) | { readonly kind: 'not-judged'; readonly why: string }
) & {
  readonly weight: number;
};

export type CaseScore =
  | {
      readonly kind: 'judged';
      readonly passed: boolean;
      readonly score: number;
      /** Why it did not pass. */
      readonly reasons: string[];
    }
  | { readonly kind: 'not-judged'; readonly why: string[] };

/**
 * Scores a case as promptfoo does: the score is the weighted mean of the assertions' scores; the case passes where every
 * assertion does or, where it has a threshold, where the score reaches that. Verdicts of weight 0 do not count.
 *
 * An assertion that could not be judged leaves the case unjudged, unless the case has failed whatever it would have said:
 * without a threshold one failed assertion is enough.
 */
export function scoreCase(results: readonly CheckResult[], threshold: number | undefined): CaseScore {
  const counted = results.filter(({ weight }) => weight > 0);
  if (counted.length === 0) throw new RangeError('A case without assertions has no score.');
  const judged = counted.filter((each) => each.kind === 'judged');
  const failed = judged.filter(({ passed }) => !passed).map(({ reason }) => reason ?? 'failed');
  const why = counted.flatMap((each) => (each.kind === 'not-judged' ? [each.why] : []));
  const hasFailed = threshold === undefined && failed.length > 0;
  if (why.length > 0 && !hasFailed) return { kind: 'not-judged', why };
  const score = weightedMean(judged);
  if (threshold === undefined) {
    return { kind: 'judged', passed: !hasFailed, score, reasons: [...failed, ...why] };
  }
  const passed = score >= threshold;
  const reasons = passed ? [] : [`scored ${score.toFixed(2)}, below ${threshold}`, ...failed];
  return { kind: 'judged', passed, score, reasons };
}

function weightedMean(verdicts: readonly { readonly score: number; readonly weight: number }[]): number {
  const totalWeight = verdicts.reduce((sum, { weight }) => sum + weight, 0);
  return verdicts.reduce((sum, { score, weight }) => sum + score * weight, 0) / totalWeight;
}
