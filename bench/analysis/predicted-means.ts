// Decision record 0071: simulated releases whose candidates' true means are known, of scores (right or wrong) and of costs
// (log-normal). What the mirror predicts from its pairs and from what a release before has observed of stable.
import { predictMeans } from '../../analysis/mirror/predict-mean.ts';
import { scoreMean } from '../../analysis/mirror/score-prediction.ts';
import { createRandom, normal, quantile, type Random } from './random.ts';

const known = 500;
const shown = 500;

interface Drawn {
  readonly pairs: readonly { readonly candidate: number; readonly stable: number }[];
  readonly true: number;
  readonly production: { readonly mean: number; readonly standardError: number };
  /** What the canary shows. */
  readonly answers: readonly number[];
}

/** Equal in two fifths of the releases, a little different in as many, and up to 20 points worse in the rest. */
function scores(random: Random, count: number): Drawn {
  const { uniform } = random;
  const base = 0.6 + 0.35 * uniform();
  const kind = uniform();
  const loss = kind < 0.4 ? 0 : kind < 0.8 ? 0.06 * uniform() - 0.03 : 0.2 * uniform();
  const own = Math.min(1, Math.max(0, base - loss));
  const right = (p: number) => Number(uniform() < p);
  return {
    // Nine tenths of the requests are easy or hard for both.
    pairs: Array.from({ length: count }, () => {
      const at = uniform();
      const isShared = uniform() < 0.9;
      return { candidate: Number(at < own), stable: Number((isShared ? at : uniform()) < base) };
    }),
    true: own,
    production: meanOf(Array.from({ length: known }, () => right(base))),
    answers: Array.from({ length: shown }, () => right(own)),
  };
}

/** Equal in two fifths, a tenth cheaper or dearer in as many, and up to three times as dear in the rest. */
function costs(random: Random, count: number): Drawn {
  const spread = 0.8;
  const kind = random.uniform();
  const shift = kind < 0.4 ? 0 : kind < 0.8 ? 0.1 * normal(random) : Math.log(3) * random.uniform();
  const base = 0.01;
  const cost = (by: number, request: number) => base * Math.exp(by + request + 0.4 * normal(random));
  const alone = (by: number) => cost(by, spread * normal(random));
  return {
    pairs: Array.from({ length: count }, () => {
      const request = spread * normal(random);
      return { candidate: cost(shift, request), stable: cost(0, request) };
    }),
    true: base * Math.exp(shift + (spread ** 2 + 0.4 ** 2) / 2),
    production: meanOf(Array.from({ length: known }, () => alone(0))),
    answers: Array.from({ length: shown }, () => alone(shift)),
  };
}

function meanOf(values: readonly number[]): Drawn['production'] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}

const kinds = {
  scores: { draw: scores, scale: 'difference' },
  costs: { draw: costs, scale: 'ratio' },
} as const;

/** Shares of releases whose true mean, and whose canary's, lies in the 90 % interval, and how far the middle is off. */
export function meanFigures(
  kind: keyof typeof kinds,
  {
    seed,
    releases,
    pairs,
    counted = true,
  }: { readonly seed: number; readonly releases: number; readonly pairs: number; readonly counted?: boolean },
): { readonly coverage: number; readonly held: number; readonly medianFactor: number } {
  const random = createRandom(seed);
  const { draw, scale } = kinds[kind];
  let [covered, held] = [0, 0];
  const factors: number[] = [];
  for (let i = 0; i < releases; i++) {
    const release = draw(random, pairs);
    const found = predictMeans(release.pairs, scale, counted ? release.production : undefined);
    const quantiles = found?.candidate ?? [];
    if (release.true >= (quantiles[0] ?? 0) && release.true <= (quantiles.at(-1) ?? 1)) covered += 1;
    const came = { ...meanOf(release.answers), count: shown };
    if (scoreMean(quantiles, came)?.held === true) held += 1;
    const middle = quantiles[9] ?? 0;
    factors.push(Math.max(middle / release.true, release.true / middle));
  }
  return { coverage: covered / releases, held: held / releases, medianFactor: quantile(factors, 0.5) };
}

function print(): void {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  for (const kind of ['scores', 'costs'] as const) {
    for (const [pairs, counted] of [
      ...([50, 100, 150, 500] as const).map((each) => [each, true] as const),
      [100, false] as const,
    ]) {
      const found = meanFigures(kind, { seed: 20_261_130, releases: 2_000, pairs, counted });
      console.log(
        `${kind}, ${pairs} pairs${counted ? '' : ', nothing observed in production'}: true mean in the interval ` +
          `${percent(found.coverage)}, canary in it ${percent(found.held)}, factor ${found.medianFactor.toFixed(3)}`,
      );
    }
  }
}

if (import.meta.main) print();
