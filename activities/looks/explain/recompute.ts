import type { Explanation } from '../../../domain/explanation/explanation.ts';
import { meansAgain, type MeanAgain, type MeansOfRelease } from './means-again.ts';
import { judgedAgain, type ExplainedLook, type JudgedRelease } from './stored-looks.ts';

/** Two computations of the same agree to this, relative to what is above 1. */
const tolerance = 1e-9;
/** Each is judged from all before it, so a release of a day is not judged again look by look. */
const mostLooks = 120;
const mostDifferences = 20;

type Recomputed = NonNullable<Explanation['recomputed']>;
type Difference = Recomputed['differences'][number];

/** Judges stored looks again from their stored counts alone, and says where that comes to something else. */
export function recomputed(
  looks: readonly ExplainedLook[],
  release: JudgedRelease,
  weights: ReadonlyMap<number, number>,
  observed: MeansOfRelease | undefined,
): Recomputed {
  const chosen = chosenOf(looks);
  const means = observed === undefined ? [] : meansAgain(observed);
  const again = looks.map((look, i) => withMeans(look, means, i));
  const compared = [
    ...chosen.map((end) => compare(again.slice(0, end + 1), release, weights)),
    ...looks.map((look, i) => compareMeans(look, means, i)),
  ];
  const differences = compared.flatMap((each) => each.differences);
  return {
    agrees: differences.length === 0,
    looks: chosen.length,
    of: looks.length,
    largestDifference: Math.max(0, ...compared.map(({ largest }) => largest)),
    differences: differences.slice(0, mostDifferences),
    unknown: means.flatMap(({ key, why }) => (why === undefined ? [] : [`${key}: ${why}`])),
  };
}

/** All, or the last of each stage and others evenly between them. */
function chosenOf(looks: readonly ExplainedLook[]): number[] {
  const every = Math.max(1, Math.ceil(looks.length / mostLooks));
  return looks.flatMap(({ row }, i) => (i % every === 0 || looks[i + 1]?.row.stage !== row.stage ? [i] : []));
}

/** A look with what its answers come to in place of what is stored of them, as far as that can be said. */
function withMeans(look: ExplainedLook, means: readonly MeanAgain[], i: number): ExplainedLook {
  const again = means.flatMap(({ key, results }) => {
    const result = results[i];
    return result === undefined ? [] : [[key, result] as const];
  });
  if (again.length === 0) return look;
  const { increments } = look;
  const all = { ...increments.means, ...Object.fromEntries(again) };
  return { ...look, increments: { ...increments, means: all } };
}

/** What a look's row says of its means, beside the evidence: all that a status, a pass or a saving is made of. */
function compareMeans({ row, increments }: ExplainedLook, means: readonly MeanAgain[], i: number): Compared {
  const { stage, look } = row;
  const pairs = means.flatMap(({ key: name, results }) => {
    const [stored, again] = [increments.means?.[name], results[i]];
    if (stored === undefined || again === undefined) return [];
    return [
      { guardrail: name, stored: stored.evidence, recomputed: again.evidence },
      { guardrail: `${name}, no worse`, stored: stored.noWorse, recomputed: again.noWorse },
      ...(['candidate', 'stable'] as const).map((arm) => ({
        guardrail: `${name}, mean of ${arm}`,
        ...{ stored: stored[arm].mean ?? 0, recomputed: again[arm].mean ?? 0 },
      })),
    ];
  });
  return comparedOf(pairs.map((pair) => ({ stage, look, ...pair })));
}

function compare(
  looks: readonly ExplainedLook[],
  release: JudgedRelease,
  weights: ReadonlyMap<number, number>,
): Compared {
  const newest = looks.at(-1);
  const judged = judgedAgain(looks, release, weights);
  if (newest === undefined || judged === undefined) return { largest: 0, differences: [] };
  const { stage, look } = newest.row;
  const again = new Map(judged.guardrails.map(({ name, evidence }) => [name, evidence]));
  return comparedOf(
    newest.judgement.guardrails.map(({ name: guardrail, evidence: stored }) => ({
      ...{ stage, look, guardrail, stored, recomputed: again.get(guardrail) ?? null },
    })),
  );
}

interface Compared {
  readonly largest: number;
  readonly differences: Difference[];
}

function comparedOf(all: readonly Difference[]): Compared {
  const apart = all.map((difference) => {
    const { stored, recomputed: found } = difference;
    const by = found === null ? Infinity : Math.abs(found - stored) / Math.max(1, Math.abs(stored));
    return { by, difference };
  });
  return {
    largest: Math.max(0, ...apart.map(({ by }) => by).filter(Number.isFinite)),
    differences: apart.filter(({ by }) => !(by <= tolerance)).map(({ difference }) => difference),
  };
}
