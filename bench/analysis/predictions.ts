// Decision record 0062: simulated releases whose candidates' true rates are known. What the mirror predicts from its pairs
// and from stable's production counts is held beside the true rate, and beside what a canary then shows.
import { predictRates, type PairTable } from '../../analysis/mirror/predict-rate.ts';
import { ratioOfMeans } from '../../analysis/mirror/ratio-of-means.ts';
import { medianOf, scoreRate } from '../../analysis/mirror/score-prediction.ts';
import { createRandom, normal, quantile, type Random } from './random.ts';

/** How candidates differ from stable. None of these is the population that predictRates supposes. */
const populations: Readonly<Record<string, (random: Random, base: number) => number>> = {
  'a third equal, a third +-30 %, the rest 1.5 to 10 times': ({ uniform }, base) => {
    const kind = uniform();
    if (kind < 1 / 3) return base;
    if (kind < 2 / 3) return base * (0.7 + 0.6 * uniform());
    return Math.min(0.95, base * 1.5 * (10 / 1.5) ** uniform());
  },
  'all a little different: log-normal, 0.4': (random, base) =>
    Math.min(0.95, base * Math.exp(0.4 * normal(random))),
  'equal, or 10 points worse': ({ uniform }, base) => (uniform() < 0.6 ? base : Math.min(0.95, base + 0.1)),
};

interface Release {
  readonly true: number;
  readonly stable: number;
  readonly table: PairTable;
  readonly base: { readonly bad: number; readonly units: number };
}

/** What is bad on stable is bad on the candidate by more than chance: requests differ. */
function draw(random: Random, pairs: number, of: (random: Random, base: number) => number): Release {
  const stable = 0.002 * 100 ** random.uniform();
  const candidate = of(random, stable);
  const shared = 0.6 * random.uniform() * Math.min(stable, candidate);
  const table = { both: 0, candidateOnly: 0, stableOnly: 0, neither: 0 };
  for (let i = 0; i < pairs; i++) {
    const isHard = random.uniform() < shared;
    const own = isHard || random.uniform() < (candidate - shared) / (1 - shared);
    const others = isHard || random.uniform() < (stable - shared) / (1 - shared);
    table[own ? (others ? 'both' : 'candidateOnly') : others ? 'stableOnly' : 'neither'] += 1;
  }
  const units = Math.round(200 * 100 ** random.uniform());
  return { true: candidate, stable, table, base: { bad: random.binomial(units, stable), units } };
}

export interface PredictionFigures {
  /** Share of releases whose true rate lies in the 90 % interval. */
  readonly coverage: number;
  /** The same of what a canary of 2,000 candidate requests shows. */
  readonly held: number;
  /** Median and 90 % quantile of how many times the middle of the prediction is too high or too low. */
  readonly medianFactor: number;
  readonly worseFactor: number;
}

/** Predicts the rates of simulated releases. */
export function predictionFigures(
  population: keyof typeof populations,
  {
    seed,
    releases,
    pairs,
    counted = true,
  }: {
    readonly seed: number;
    readonly releases: number;
    readonly pairs: number;
    /** Has stable been counted in production? */
    readonly counted?: boolean;
  },
): PredictionFigures {
  const random = createRandom(seed);
  const of = populations[population];
  if (of === undefined) throw new RangeError(`There is no population ${population}.`);
  let [covered, held] = [0, 0];
  const factors: number[] = [];
  for (let i = 0; i < releases; i++) {
    const release = draw(random, pairs, of);
    const { candidate } = predictRates(release.table, counted ? release.base : { bad: 0, units: 0 });
    if (release.true >= (candidate[0] ?? 0) && release.true <= (candidate.at(-1) ?? 1)) covered += 1;
    const bad = random.binomial(2_000, release.true);
    if (scoreRate(candidate, { bad, units: 2_000 })?.held === true) held += 1;
    const middle = medianOf(candidate);
    factors.push(Math.max(middle / release.true, release.true / middle));
  }
  return {
    coverage: covered / releases,
    held: held / releases,
    medianFactor: quantile(factors, 0.5),
    worseFactor: quantile(factors, 0.9),
  };
}

/** Share of releases whose true ratio of means lies in its interval: log-normal quantities of this spread. */
export function ratioCoverage({
  seed,
  releases,
  pairs,
  spread,
}: {
  readonly seed: number;
  readonly releases: number;
  readonly pairs: number;
  readonly spread: number;
}): number {
  const random = createRandom(seed);
  let covered = 0;
  for (let i = 0; i < releases; i++) {
    const ratio = Math.exp(0.3 * normal(random));
    const values = Array.from({ length: pairs }, () => {
      const request = spread * normal(random);
      const own = 0.5 * spread;
      return {
        candidate: ratio * Math.exp(request + own * normal(random)),
        stable: Math.exp(request + own * normal(random)),
      };
    });
    const found = ratioOfMeans(values, 1.645);
    if (found !== undefined && found.lower <= ratio && ratio <= found.upper) covered += 1;
  }
  return covered / releases;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function print(): void {
  for (const pairs of [50, 100, 150, 500]) {
    for (const population of Object.keys(populations)) {
      const found = predictionFigures(population, { seed: 20_261_130, releases: 2_000, pairs });
      console.log(
        `${pairs} pairs, ${population}: true rate in the interval ${percent(found.coverage)}, canary in it ` +
          `${percent(found.held)}, factor ${found.medianFactor.toFixed(2)} (90 %: ${found.worseFactor.toFixed(2)})`,
      );
    }
  }
  for (const population of Object.keys(populations)) {
    const asked = { seed: 20_261_130, releases: 2_000, pairs: 100, counted: false };
    const found = predictionFigures(population, asked);
    console.log(
      `100 pairs, nothing counted in production, ${population}: ${percent(found.coverage)}, canary ` +
        `${percent(found.held)}, factor ${found.medianFactor.toFixed(2)} (90 %: ${found.worseFactor.toFixed(2)})`,
    );
  }
  for (const spread of [0.5, 1, 1.5]) {
    const coverage = ratioCoverage({ seed: 20_261_130, releases: 1_000, pairs: 100, spread });
    console.log(`ratio of means, log-normal ${spread}, 100 pairs: in the interval ${percent(coverage)}`);
  }
}

if (import.meta.main) print();
