import type { Explanation } from '../../../domain/explanation/explanation.ts';
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
): Recomputed {
  const chosen = chosenOf(looks);
  const compared = chosen.map((end) => compare(looks.slice(0, end + 1), release, weights));
  const differences = compared.flatMap((each) => each.differences);
  return {
    agrees: differences.length === 0,
    looks: chosen.length,
    of: looks.length,
    largestDifference: Math.max(0, ...compared.map(({ largest }) => largest)),
    differences: differences.slice(0, mostDifferences),
  };
}

/** All, or the last of each stage and others evenly between them. */
function chosenOf(looks: readonly ExplainedLook[]): number[] {
  const every = Math.max(1, Math.ceil(looks.length / mostLooks));
  return looks.flatMap(({ row }, i) => (i % every === 0 || looks[i + 1]?.row.stage !== row.stage ? [i] : []));
}

function compare(
  looks: readonly ExplainedLook[],
  release: JudgedRelease,
  weights: ReadonlyMap<number, number>,
): { readonly largest: number; readonly differences: Difference[] } {
  const newest = looks.at(-1);
  const judged = judgedAgain(looks, release, weights);
  if (newest === undefined || judged === undefined) return { largest: 0, differences: [] };
  const { stage, look } = newest.row;
  const again = new Map(judged.guardrails.map(({ name, evidence }) => [name, evidence]));
  const apart = newest.judgement.guardrails.map(({ name, evidence: stored }) => {
    const found = again.get(name);
    const by = found === undefined ? Infinity : Math.abs(found - stored) / Math.max(1, Math.abs(stored));
    return { by, difference: { stage, look, guardrail: name, stored, recomputed: found ?? null } };
  });
  return {
    largest: Math.max(0, ...apart.map(({ by }) => by).filter(Number.isFinite)),
    differences: apart.filter(({ by }) => !(by <= tolerance)).map(({ difference }) => difference),
  };
}
