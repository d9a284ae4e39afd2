import type { Bounds } from '../numbers/bounded-mean.ts';

/** How far the candidate's mean may be on the worse side of stable's. */
export type Margin =
  /** In the values' own unit. */
  | { readonly by: 'difference'; readonly of: number }
  /** As a share of stable's mean; the values are 0 or more, and larger ones are worse. */
  | { readonly by: 'ratio'; readonly of: number };

export interface MeanOptions {
  readonly worse: 'higher' | 'lower';
  readonly margin: Margin;
  /** The reverse: evidence that the candidate's mean is *within* the margin; the whole mass is in it at once. */
  readonly reverse?: boolean;
}

/** Turns values into those of the bets, where larger means more evidence and the candidate's lie in 0..1. */
export interface MeanScale {
  candidate(value: number): number;
  /** With the margin, so that under the null its mean is at least the candidate's. */
  stable(value: number): number;
  /** The largest that `stable` gives. */
  readonly mostStable: number;
}

/** @throws RangeError on bounds without a range, and on a ratio of values that may be below 0 or are worse when lower. */
export function meanScale(
  { worse, margin, reverse = false }: MeanOptions,
  { least, most }: Bounds,
): MeanScale {
  if (!(most > least)) throw new RangeError(`Values between ${least} and ${most} have no range.`);
  if (margin.by === 'ratio' && (least !== 0 || worse === 'lower'))
    throw new RangeError('A ratio is of values from 0 on, of which larger ones are worse.');
  const badness = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - least) / (most - least)));
    return worse === 'higher' ? share : 1 - share;
  };
  const allowed = (bad: number): number =>
    margin.by === 'ratio' ? (1 + margin.of) * bad : bad + margin.of / (most - least);
  return reverse
    ? {
        candidate: (value) => 1 - badness(value),
        stable: (value) => 1 - allowed(badness(value)),
        mostStable: 1 - allowed(0),
      }
    : {
        candidate: badness,
        stable: (value) => allowed(badness(value)),
        mostStable: allowed(1),
      };
}
