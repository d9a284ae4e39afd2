import { oneLookZ } from '../gate/gate-looks.ts';
import { scoreOf } from '../numbers/bounded-mean.ts';
import { logGamma } from '../numbers/log-gamma.ts';

export interface EqualPairs {
  readonly pairs: number;
  /** How much worse is still good enough, as a difference of means, 0..1. */
  readonly margin: number;
  /** Share of the pairs whose answers differ by chance, as often to the better: one right, and the other wrong. */
  readonly differ: number;
}

/**
 * The chance that a mirror shows a candidate that is as good as stable to be no worse by the margin; else it is
 * inconclusive, or fails. The exact sum over what may differ, of answers that are right or wrong, by the bound that
 * `compare-scores.ts` takes.
 */
export function equalPasses({ pairs, margin, differ }: EqualPairs): number {
  const spread = Math.sqrt(pairs * differ * (1 - differ));
  // What lies beyond has less than a ten-thousandth.
  const least = Math.max(0, Math.floor(pairs * differ - 4 * spread - 4));
  const most = Math.min(pairs, Math.ceil(pairs * differ + 4 * spread + 4));
  let passed = 0;
  for (let differing = least; differing <= most; differing += 1) {
    const better = leastBetter({ pairs, margin, differing });
    let enough = 0;
    for (let count = better; count <= differing; count += 1) enough += binomial(differing, count, 0.5);
    passed += binomial(pairs, differing, differ) * enough;
  }
  return Math.min(1, passed);
}

/** Of so many pairs that differ, how many have to be better for a pass; one more than there are where none is enough. */
function leastBetter({
  pairs,
  margin,
  differing,
}: {
  readonly pairs: number;
  readonly margin: number;
  readonly differing: number;
}): number {
  const passes = (better: number): boolean => {
    const counts = { 0: pairs - differing, 1: better, [-1]: differing - better };
    const above = Object.entries(counts).map(([value, count]) => ({ value: Number(value) + margin, count }));
    return scoreOf(above, margin - 1) >= oneLookZ;
  };
  let [low, high] = [0, differing + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (middle <= differing && !passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function binomial(n: number, k: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
