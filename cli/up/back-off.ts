const firstMs = 250;
const longestMs = 30_000;

/**
 * How long to wait before a part that has fallen is started again, in milliseconds: twice as long after each fall that
 * follows soon upon another, at most half a minute, and somewhere in the upper half of that, so that parts that one
 * cause has ended do not come back all at the same moment.
 *
 * @param before falls in a row before this one.
 * @param random in 0..1.
 */
export function backOffMs(before: number, random: number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(before, 20));
  return longest * (0.5 + random / 2);
}
