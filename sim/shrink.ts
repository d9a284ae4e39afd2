import type { Move } from './people.ts';
import type { Shortest } from './seeds.ts';

/**
 * The run with as few moves as still break something: first what comes after the break is left out, then each move for
 * itself, the last one first, for as long as that makes it shorter.
 */
export async function shrink(
  broken: Shortest,
  play: (moves: readonly Move[]) => Promise<Shortest>,
): Promise<Shortest> {
  let shortest = broken;
  for (let wasShorter = true; wasShorter;) {
    wasShorter = false;
    for (let i = shortest.moves.length - 1; i >= 0; i -= 1) {
      const run = await play(without(shortest.moves, i));
      if (run.violations.length === 0) continue;
      shortest = run;
      wasShorter = true;
    }
  }
  const { moves, violations, trace } = shortest;
  return { moves, violations, trace };
}

/** The next move happens when it would have. */
function without(moves: readonly Move[], index: number): Move[] {
  const gone = moves[index];
  return moves.flatMap((move, i) => {
    if (i === index) return [];
    return i === index + 1 && gone !== undefined
      ? [{ ...move, afterMs: move.afterMs + gone.afterMs }]
      : [move];
  });
}
