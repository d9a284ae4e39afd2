import type { Verdict } from './assertions/answer.ts';

export interface WeightedVerdict extends Verdict {
  weight: number;
}

export interface CaseScore {
  passed: boolean;
  score: number;
  /** Why it did not pass. */
  reasons: string[];
}

/**
 * Scores a case as promptfoo documents it: the score is the weighted mean of the assertions' scores; the case passes where
 * every assertion does or, where it has a threshold, where the score reaches that. Verdicts of weight 0 do not count.
 */
export function scoreCase(verdicts: readonly WeightedVerdict[], threshold: number | undefined): CaseScore {
  const counted = verdicts.filter(({ weight }) => weight > 0);
  if (counted.length === 0) throw new RangeError('A case without assertions has no score.');
  const totalWeight = counted.reduce((sum, { weight }) => sum + weight, 0);
  const score = counted.reduce((sum, each) => sum + each.score * each.weight, 0) / totalWeight;
  const failed = counted.filter(({ passed }) => !passed).map(({ reason }) => reason ?? 'failed');
  if (threshold === undefined) return { passed: failed.length === 0, score, reasons: failed };
  // A mean of equal scores may miss them by rounding.
  const passed = score >= threshold - 1e-9;
  return {
    passed,
    score,
    reasons: passed ? [] : [`scored ${score.toFixed(2)}, below ${threshold}`, ...failed],
  };
}
