import { logSumExp } from './log-space.ts';

/**
 * The log of the weighted mean of e-values, given as logs. A mean of e-values is an e-value whatever their
 * dependence (Vovk and Wang 2021), so horizons and guardrails are averaged, never multiplied or maximised.
 *
 * @param logEs natural logs of the e-values; -Infinity and Infinity are allowed.
 * @param weights not negative, sum 1 within 1e-6, fixed before the data; equal where absent.
 * @throws RangeError on no e-value, on NaN, and on weights that do not sum to 1.
 */
export function averageEvidence(logEs: readonly number[], weights?: readonly number[]): number {
  if (logEs.length === 0 || logEs.some(Number.isNaN))
    throw new RangeError('There is no evidence to average.');
  const shares = weights ?? logEs.map(() => 1 / logEs.length);
  requireShares(shares, logEs.length);
  return logSumExp(logEs.map((logE, i) => (shares[i] === 0 ? -Infinity : logE + Math.log(shares[i] ?? 0))));
}

function requireShares(shares: readonly number[], count: number): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  const valid = shares.length === count && shares.every((share) => share >= 0) && Math.abs(sum - 1) <= 1e-6;
  if (!valid) throw new RangeError(`The shares of ${count} e-values must be >= 0 and sum to 1, not ${sum}.`);
}
