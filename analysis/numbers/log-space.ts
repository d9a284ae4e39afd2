// The innermost loops of all tests: in a sandbox (jest's) each look-up of a global costs more than the arithmetic.
const { exp, log, log1p, max } = Math;

/** log(e^x + e^y) without leaving log space; exact for infinite and for vanishing evidence. */
export function logAddExp(x: number, y: number): number {
  if (x === y) return x + Math.LN2;
  return x > y ? x + log1p(exp(y - x)) : y + log1p(exp(x - y));
}

/** log(sum of e^x) over any number of terms; -Infinity for none. */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) largest = max(largest, term);
  // Where the largest is infinite, so is the sum, and the differences below would be NaN.
  if (largest === Infinity || largest === -Infinity) return largest;
  let sum = 0;
  for (const term of terms) sum += exp(term - largest);
  return largest + log(sum);
}

/** `count` numbers from `from` to `to` (both positive, both included) with equal ratios between neighbours. */
export function logSpaced(from: number, to: number, count: number): number[] {
  const step = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, i) => from * Math.exp(i * step));
}
