import { shortcomingsOf, type MirroredAnswer, type MirroredPair } from './mirrored-pair.ts';

/** A pair that people should look at, and what is the matter with it. */
export interface WorstPair {
  readonly id: string;
  readonly later: boolean;
  /** As people read it: `candidate refused`, `other tools`, `3.1 times as long`. */
  readonly why: readonly string[];
}

/** So many times as long, or as slow, is worth a look. */
const worthALook = 2;

/**
 * The pairs to look at first: those in which the candidate's answer is bad and stable's is not, then those whose tool
 * calls differ, then those whose answers differ most in length or time. Pairs that are alike are not among them.
 */
export function worstPairs(pairs: readonly MirroredPair[], most: number): WorstPair[] {
  return pairs
    .map((pair) => ({ pair, ...judged(pair) }))
    .filter(({ why }) => why.length > 0)
    .toSorted((a, b) => b.weight - a.weight || (a.pair.id < b.pair.id ? -1 : 1))
    .slice(0, most)
    .map(({ pair: { id, later }, why }) => ({ id, later, why }));
}

interface Judged {
  readonly weight: number;
  readonly why: readonly string[];
}

function judged({ candidate, stable }: MirroredPair): Judged {
  const [own, others] = [shortcomingsOf(candidate, stable), shortcomingsOf(stable, candidate)];
  const found: Judged[] = [
    {
      weight: 1000 * (Number(own.length > 0) - Number(others.length > 0)),
      why: [...own.map((name) => `candidate ${name}`), ...others.map((name) => `stable ${name}`)],
    },
    scores(candidate.score, stable.score),
    calls(candidate, stable),
    times(candidate.characters, stable.characters, ['longer', 'shorter']),
    times(candidate.latencyMs, stable.latencyMs, ['slower', 'faster']),
  ];
  return {
    weight: found.reduce((sum, { weight }) => sum + weight, 0),
    why: found.flatMap(({ why }) => why),
  };
}

/** Points of a score that are worth a look. */
const leastPoints = 0.1;

function scores(own: MirroredAnswer['score'], others: MirroredAnswer['score']): Judged {
  if (typeof own !== 'number' || typeof others !== 'number') return { weight: 0, why: [] };
  const lost = others - own;
  if (Math.abs(lost) < leastPoints) return { weight: 0, why: [] };
  return { weight: 500 * lost, why: [`score ${own.toFixed(2)} instead of ${others.toFixed(2)}`] };
}

function calls({ calls: own }: MirroredAnswer, { calls: others }: MirroredAnswer): Judged {
  if (own?.whole === others?.whole) return { weight: 0, why: [] };
  if (others === undefined) return { weight: 200, why: ['candidate alone calls tools'] };
  if (own === undefined) return { weight: 200, why: ['stable alone calls tools'] };
  const why = own.tools === others.tools ? 'other arguments of tools' : 'other tools';
  return { weight: own.tools === others.tools ? 100 : 200, why: [why] };
}

function times(
  own: number | undefined,
  others: number | undefined,
  [more, less]: readonly [string, string],
): Judged {
  if (own === undefined || others === undefined || own <= 0 || others <= 0) return { weight: 0, why: [] };
  const ratio = Math.max(own / others, others / own);
  if (ratio < worthALook) return { weight: 0, why: [] };
  return {
    // Longer and slower is worse than shorter and faster.
    weight: Math.min(50, ratio) * (own > others ? 1 : 0.5),
    why: [`${ratio.toFixed(1)} times ${own > others ? more : less}`],
  };
}
