/** A rate in percent, with two digits: `0.040`, `4.0`, `40`. */
export function percents(rate: number): string {
  return rate >= 0.1 ? (rate * 100).toFixed(0) : (rate * 100).toPrecision(2);
}
