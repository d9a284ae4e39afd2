// Decision record 0062: how often a mirror stops a candidate by the scores of its pairs, and lets an equal one pass. Answers
// are right or wrong; an equal candidate differs from stable in a share of the pairs, as often to the better.
import { compareScores } from '../../analysis/mirror/compare-scores.ts';
import type { MirroredAnswer, MirroredPair } from '../../analysis/mirror/mirrored-pair.ts';
import { createRandom, type Random } from './random.ts';

const base = 0.85;
const runs = 300;

interface Cell {
  readonly pairs: number;
  /** Points that the candidate is worse. */
  readonly loss: number;
  /** Share of the pairs in which the arms differ by chance. */
  readonly differ: number;
  readonly margin: number;
}

/** Pairs of answers that are right or wrong. */
export function drawPairs(
  { uniform }: Random,
  { pairs, loss, differ }: Omit<Cell, 'margin'>,
): MirroredPair[] {
  const answer = (score: number): MirroredAnswer => ({
    ...{ failed: false, empty: false, cut: false, refused: false, score },
  });
  return Array.from({ length: pairs }, (_, nth) => {
    const stable = Number(uniform() < base);
    // What differs by chance is drawn anew; what is worse is lost where stable is right.
    const again = uniform() < differ ? Number(uniform() < base) : stable;
    const own = again === 1 && uniform() < loss / base ? 0 : again;
    return { id: `p${nth}`, later: false, candidate: answer(own), stable: answer(stable) };
  });
}

function outcomes({ margin, ...cell }: Cell): Record<'pass' | 'fail' | 'inconclusive', number> {
  const random = createRandom(20_261_130);
  const counts = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run++)
    counts[compareScores(drawPairs(random, cell), { margin, minPairs: 30 })?.outcome ?? 'inconclusive'] += 1;
  return counts;
}

function print(): void {
  for (const differ of [0, 0.1, 0.3]) {
    for (const margin of [0.05, 0.1]) {
      for (const pairs of [110, 150]) {
        const row = [0, 0.05, 0.1, 0.2].map((loss) => {
          const { pass, fail, inconclusive } = outcomes({ pairs, loss, differ, margin });
          const share = (count: number): string => ((100 * count) / runs).toFixed(1);
          return `-${100 * loss}: ${share(pass)} / ${share(fail)} / ${share(inconclusive)}`;
        });
        console.log(`differ ${100 * differ} %, margin ${100 * margin}, ${pairs} pairs: ${row.join('; ')}`);
      }
    }
  }
}

if (import.meta.main) print();
