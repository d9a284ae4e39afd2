import type { LookCounts } from '../../analysis/guardrails/bad-event-test.ts';

/** A look with nothing in it but what is given. */
export function look(counts: Partial<LookCounts>): LookCounts {
  const nothing = { candidateExposed: 0, candidateBad: 0, stableExposed: 0, stableBad: 0, elapsedMs: 0 };
  return { splitVersion: 1, ...nothing, ...counts };
}

/** The probability of k successes in n trials, for small n. */
export function binomialProbability(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1);
  return ways * p ** k * (1 - p) ** (n - k);
}
