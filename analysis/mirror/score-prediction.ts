import { normalCdf } from './normal.ts';
import type { BaseRate, RateQuantiles } from './predict-rate.ts';

/** How a prediction did, beside what the canary then showed. */
export interface PredictionScore {
  /** Where what was shown lies in what was predicted: 0..1, half of each at 0.5. */
  readonly place: number;
  /** Is that within the 90 % that were predicted? */
  readonly held: boolean;
  /** How many times too high or too low: 1 or more. */
  readonly factor: number;
}

/** Beside so few units anything may be shown. */
const leastUnits = 20;

/**
 * Scores a predicted rate of bad events. What is shown is itself a sample: the rate that it came from is what was
 * predicted, so the interval is that of the count of bad units, over all rates that were predicted alike.
 *
 * @returns undefined where the canary has shown too little
 */
export function scoreRate(quantiles: RateQuantiles, { bad, units }: BaseRate): PredictionScore | undefined {
  if (units < leastUnits || quantiles.length === 0) return undefined;
  const places = quantiles.map((rate) => midCdf(bad, units, rate));
  const place = places.reduce((sum, each) => sum + each, 0) / places.length;
  const [expected, shown] = [medianOf(quantiles), (bad + 0.5) / (units + 1)];
  // A rate below what so few units can show is as good as one that they can.
  const predicted = Math.max(expected, 0.5 / (units + 1));
  return {
    place,
    held: place >= 0.05 && place <= 0.95,
    factor: Math.max(predicted / shown, shown / predicted),
  };
}

/** A mean, and how far it may be off. */
export interface KnownMean {
  readonly mean: number;
  /** 0 or more. */
  readonly standardError: number;
}

/**
 * Scores a predicted mean beside what was shown, which is itself a sample.
 *
 * @returns undefined where too few answers were seen
 */
export function scoreMean(
  quantiles: readonly number[],
  shown: KnownMean & { readonly count: number },
): PredictionScore | undefined {
  if (shown.count < leastUnits || quantiles.length === 0) return undefined;
  const spread = Math.max(shown.standardError, 1e-12);
  const place =
    quantiles.reduce((sum, each) => sum + normalCdf((shown.mean - each) / spread), 0) / quantiles.length;
  const expected = quantiles[Math.floor(quantiles.length / 2)] ?? 0;
  const [high, low] = [Math.max(expected, shown.mean), Math.min(expected, shown.mean)];
  const factor = high === low ? 1 : low > 0 ? high / low : Infinity;
  return { place, held: place >= 0.05 && place <= 0.95, factor };
}

export function medianOf(quantiles: RateQuantiles): number {
  return quantiles[Math.floor(quantiles.length / 2)] ?? 0;
}

/** The chance of fewer bad units than these, and half of that of as many. */
function midCdf(bad: number, units: number, rate: number): number {
  const mean = units * rate;
  if (mean > 50 && units * (1 - rate) > 50) return normalCdf((bad - mean) / Math.sqrt(mean * (1 - rate)));
  // Term by term, from none on: p(k) = p(k - 1) (n - k + 1) / k x odds.
  const odds = rate / (1 - rate);
  let term = Math.exp(units * Math.log1p(-rate));
  let below = 0;
  for (let k = 0; k < bad; k++) {
    below += term;
    term *= ((units - k) / (k + 1)) * odds;
  }
  return Math.min(1, below + term / 2);
}
