// Decision record 0062 on real answers: what a mirror predicts of real systems whose answers to the same requests somebody has
// graded. Nothing of predictRates was tuned on them. A clone of https://github.com/tatsu-lab/alpaca_eval has the answers
// of some fifty models to 805 requests of people, each held beside a reference by one judge (`results/*/alpaca_eval_gpt4/
// annotations.json`); bad is an answer that the judge finds worse than the reference. Pairs of requests are drawn from
// them with replacement, so that the rate over all 805 is the true one.
// Usage: node bench/analysis/graded-answers.ts <folder of the clone> [draws]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { predictRates, type PairTable } from '../../analysis/mirror/predict-rate.ts';
import { medianOf } from '../../analysis/mirror/score-prediction.ts';
import { createRandom, quantile, type Random } from './random.ts';

const annotationsSchema = z.array(z.object({ instruction: z.string(), preference: z.number().nullable() }));
/** The judge's preference: the reference's answer, or the system's; ties and answers without a verdict are left out. */
const verdicts: Readonly<Record<number, boolean>> = { 1: true, 2: false };

/** Is a system's answer bad? By request. */
type Graded = ReadonlyMap<string, boolean>;

/** New versions of one system behind one name: what a release is. */
const revisions = [
  ['claude', 'claude-2'],
  ['gpt-3.5-turbo-0301', 'gpt-3.5-turbo-1106'],
] as const;

function readSystems(folder: string): Map<string, Graded> {
  const results = join(folder, 'results');
  const systems = new Map<string, Graded>();
  for (const name of readdirSync(results)) {
    const file = join(results, name, 'alpaca_eval_gpt4', 'annotations.json');
    if (!existsSync(file)) continue;
    const graded = annotationsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const known = graded.flatMap(({ instruction, preference }) => {
      const bad = preference === null ? undefined : verdicts[preference];
      return bad === undefined ? [] : [[instruction, bad] as const];
    });
    systems.set(name, new Map(known));
  }
  return systems;
}

interface Figures {
  readonly stable: number;
  readonly candidate: number;
  covered: number;
  readonly factors: number[];
}

function predict(
  random: Random,
  [stable, candidate]: readonly [Graded, Graded],
  { pairs, draws, counted }: { readonly pairs: number; readonly draws: number; readonly counted: boolean },
): Figures {
  const both = [...stable].flatMap(([request, others]) => {
    const own = candidate.get(request);
    return own === undefined ? [] : [{ own, others }];
  });
  const rateOf = (arm: 'own' | 'others') => both.filter((each) => each[arm]).length / both.length;
  const figures: Figures = { stable: rateOf('others'), candidate: rateOf('own'), covered: 0, factors: [] };
  for (let i = 0; i < draws; i++) {
    const table = { both: 0, candidateOnly: 0, stableOnly: 0, neither: 0 };
    for (let n = 0; n < pairs; n++) {
      const pair = both[Math.floor(random.uniform() * both.length)];
      table[cellOf(pair?.own === true, pair?.others === true)] += 1;
    }
    const units = counted ? Math.round(200 * 100 ** random.uniform()) : 0;
    const predicted = predictRates(table, { bad: random.binomial(units, figures.stable), units }).candidate;
    if (figures.candidate >= (predicted[0] ?? 0) && figures.candidate <= (predicted.at(-1) ?? 1))
      figures.covered += 1 / draws;
    const middle = medianOf(predicted);
    figures.factors.push(Math.max(middle / figures.candidate, figures.candidate / middle));
  }
  return figures;
}

function cellOf(own: boolean, others: boolean): keyof PairTable {
  if (own) return others ? 'both' : 'candidateOnly';
  return others ? 'stableOnly' : 'neither';
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const [folder = '', draws = '400'] = process.argv.slice(2);
const systems = readSystems(folder);
const graded = (name: string): Graded => {
  const found = systems.get(name);
  if (found === undefined) throw new RangeError(`There is no system ${name} in ${folder}.`);
  return found;
};
for (const counted of [true, false])
  for (const pairs of [50, 100, 150, 500]) {
    const of = { pairs, draws: Number(draws), counted };
    const production = counted ? 'stable counted in production' : 'nothing counted in production';
    for (const [stable, candidate] of revisions) {
      const found = predict(createRandom(97), [graded(stable), graded(candidate)], of);
      console.log(
        `${pairs} pairs, ${production}, ${stable} (${percent(found.stable)} bad) -> ${candidate} (${percent(found.candidate)}): ` +
          `in the interval ${percent(found.covered)}, median factor ${quantile(found.factors, 0.5).toFixed(2)}`,
      );
    }
    const random = createRandom(101);
    const all = [...systems.keys()].flatMap((stable) =>
      [...systems.keys()].flatMap((candidate) =>
        stable === candidate
          ? []
          : [
              predict(random, [graded(stable), graded(candidate)], {
                ...of,
                draws: Math.ceil(Number(draws) / 40),
              }),
            ],
      ),
    );
    const covered = all.reduce((sum, each) => sum + each.covered, 0) / all.length;
    const factors = all.flatMap((each) => each.factors);
    const [median, most] = [0.5, 0.9].map((q) => quantile(factors, q).toFixed(2));
    console.log(
      `${pairs} pairs, ${production}, all ${all.length} pairs of ${systems.size} systems: in the interval ` +
        `${percent(covered)}, median factor ${median} (90 %: ${most})`,
    );
  }
