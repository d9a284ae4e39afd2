/** log(e^x + e^y) without leaving log space; exact for infinite and for vanishing evidence. */
export function logAddExp(x: number, y: number): number {
  const larger = Math.max(x, y);
  if (!Number.isFinite(larger)) return larger;
  return larger + Math.log1p(Math.exp(Math.min(x, y) - larger));
}

/** log(sum of e^x) over any number of terms; -Infinity for none. */
export function logSumExp(terms: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < terms.length; i++) largest = Math.max(largest, terms[i] ?? -Infinity);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += Math.exp((terms[i] ?? -Infinity) - largest);
  return largest + Math.log(sum);
}

/** `count` numbers from `from` to `to` (both positive, both included) with equal ratios between neighbours. */
export function logSpaced(from: number, to: number, count: number): number[] {
  const step = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, i) => from * Math.exp(i * step));
}
