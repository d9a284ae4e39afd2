const firstMs = 500;
const longestMs = 30_000;

/**
 * How long to wait after the n-th refusal in a row: twice as long each time up to 30 s, with half of it by chance, so
 * that callers who were refused together do not come back together ("equal jitter", Brooker, AWS Architecture Blog 2015).
 *
 * @param refusals 1 for the first
 * @param random 0..1
 */
export function backOffMs(refusals: number, random: number): number {
  const wholeMs = Math.min(longestMs, firstMs * 2 ** (refusals - 1));
  return wholeMs * (0.5 + random / 2);
}
