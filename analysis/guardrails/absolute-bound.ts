import { logSumExp } from '../numbers/log-space.ts';

const alternatives = 16;
/** A bound of nothing at all would be broken by the first bad event; it is read as one in a million. */
const smallestBound = 1e-6;

/**
 * Evidence that a rate is above an absolute bound, for where there is no stable traffic to compare with: the mean of the
 * likelihood ratios of 16 rates between the bound and 1 against the bound itself. Each has expectation at most 1 at
 * any rate up to the bound, so the value may be looked at after every request (Wald 1945; Robbins 1970).
 *
 * @param bound the highest rate that is allowed, 0..1; at 1 nothing can be shown.
 * @throws RangeError on a bound outside 0..1 or counts that are none.
 */
export function absoluteBoundEvidence({
  exposed,
  bad,
  bound,
}: {
  readonly exposed: number;
  readonly bad: number;
  readonly bound: number;
}): {
  readonly logE: number;
} {
  if (!(bound >= 0 && bound <= 1)) throw new RangeError(`A bound is in 0..1, not ${bound}.`);
  if (!(bad >= 0 && bad <= exposed)) throw new RangeError(`${bad} of ${exposed} is no rate.`);
  if (bound === 1) return { logE: 0 };
  const null0 = Math.max(bound, smallestBound);
  const ratios = Array.from({ length: alternatives }, (_, i) => {
    const rate = null0 + ((1 - null0) * (i + 1)) / (alternatives + 1);
    return bad * Math.log(rate / null0) + (exposed - bad) * Math.log((1 - rate) / (1 - null0));
  });
  return { logE: logSumExp(ratios) - Math.log(alternatives) };
}
