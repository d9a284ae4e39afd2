import type { Interval } from '../numbers/bounded-mean.ts';

/** Some of many. */
export interface Proportion {
  readonly hits: number;
  /** > 0 */
  readonly of: number;
}

/** Two-sided 95 %. */
export const z95 = 1.959964;

export function share({ hits, of }: Proportion): number {
  return hits / of;
}

/** Wilson's score interval (1927). */
export function wilsonInterval({ hits, of }: Proportion, z = z95): Interval {
  const p = hits / of;
  const scale = 1 + (z * z) / of;
  const centre = (p + (z * z) / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return { lower: hits === 0 ? 0 : centre - half, upper: hits === of ? 1 : centre + half };
}

/** One term of a sum: a factor, and what is multiplied by it with its interval. */
export interface Term {
  readonly factor: number;
  readonly estimate: number;
  readonly interval: Interval;
}

/**
 * The interval of a sum of independent terms from theirs: the method of variance estimates recovery (Zou and Donner,
 * 2008), which is Newcombe's for the difference of two rates. It keeps the terms' asymmetry, which delta intervals lose.
 */
export function sumInterval(terms: readonly Term[]): Interval {
  const estimate = terms.reduce((sum, each) => sum + each.factor * each.estimate, 0);
  const half = (side: 'lower' | 'upper'): number =>
    Math.sqrt(
      terms.reduce((sum, { factor, estimate: at, interval }) => {
        const limit = (side === 'lower') === factor >= 0 ? interval.lower : interval.upper;
        return sum + (factor * (at - limit)) ** 2;
      }, 0),
    );
  return { lower: estimate - half('lower'), upper: estimate + half('upper') };
}
