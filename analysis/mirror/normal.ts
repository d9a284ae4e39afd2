// Local names, because look-ups of globals dominate in jest's sandbox.
const { abs, exp } = Math;
const rootOfTwoPi = Math.sqrt(2 * Math.PI);
const halvings = 34;

/** Distribution function of the standard normal, to seven digits (Abramowitz and Stegun 26.2.17). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * abs(z));
  const tail =
    (exp((-z * z) / 2) / rootOfTwoPi) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** A part of a mixture of normal distributions. */
export interface NormalPart {
  /** Sum to 1. */
  readonly weight: number;
  readonly mean: number;
  readonly deviation: number;
}

/** The value below which a share `p` of the mixture lies. */
export function mixtureQuantile(parts: readonly NormalPart[], p: number): number {
  let low = Math.min(...parts.map(({ mean, deviation }) => mean - 8 * deviation));
  let high = Math.max(...parts.map(({ mean, deviation }) => mean + 8 * deviation));
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    let below = 0;
    for (const { weight, mean, deviation } of parts) below += weight * normalCdf((middle - mean) / deviation);
    if (below < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export function logit(p: number): number {
  return Math.log(p / (1 - p));
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
