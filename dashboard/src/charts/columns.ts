import type { ReleaseChart } from '../api/types.ts';
import type { Over } from './axes.ts';

export type ChartedGuardrail = ReleaseChart['guardrails'][number];

/** What a chart is drawn over: seconds since 1970, or the candidate's requests. */
export function across(chart: ReleaseChart, over: Over): number[] {
  return over === 'time' ? chart.atMs.map((ms) => ms / 1000) : [...chart.requests];
}

/** Evidence is a natural logarithm; people read odds, and a chart shows them by their logarithm to ten. */
export function toLogTen(evidence: number | null): number | null {
  return evidence === null ? null : evidence / Math.LN10;
}

const powers = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Odds by their logarithm to ten, as words: `0.01 : 1`, `120 : 1`, `10^9 : 1`. */
export function oddsAt(logTen: number): string {
  if (logTen > 6) return `10^${Math.round(logTen)} : 1`;
  if (logTen < -3) return `1 : 10^${Math.round(-logTen)}`;
  return `${powers.format(10 ** logTen)} : 1`;
}

/** A rate as percent, a mean as it is. */
export function measured(measure: ChartedGuardrail['measure'], value: number): string {
  return measure === 'share' ? `${powers.format(100 * value)} %` : powers.format(value);
}

/** A difference with its sign: of shares in points. */
export function difference(measure: ChartedGuardrail['measure'], value: number): string {
  const size =
    measure === 'share' ? `${powers.format(Math.abs(100 * value))} pt` : powers.format(Math.abs(value));
  return value === 0 ? size : `${value > 0 ? '+' : '−'}${size}`;
}

/** What of a chart is left of the first checks' bands: they are so wide that nothing else could be told apart. */
const leftOut = 0.25;

/** From where to where a chart of differences goes: all differences, zero, the limit, and the bands that have narrowed. */
export function rangeOf({ difference: found, lower, upper, limit }: ChartedGuardrail): [number, number] {
  const narrowed = (band: readonly (number | null)[]) => band.slice(Math.floor(band.length * leftOut));
  const values = [0, ...[found, limit].flat(), ...narrowed(lower), ...narrowed(upper)].filter(
    (value) => value !== null,
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 0.01) * 0.08;
  return [low - room, high + room];
}
