import fc from 'fast-check';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { schedules } from './test-fixtures/moves.ts';
import { playForReal } from './test-fixtures/real-player.ts';
import { simulatedPlayer } from './test-fixtures/simulated-player.ts';

// Many more by hand: SLUICE_MODEL_RUNS=2000 npx jest sim/store/schedule.test.ts
const runs = Number(process.env['SLUICE_MODEL_RUNS'] ?? 12);

const store = useDatabase();

it(
  'is the same store as the real one, whatever is asked of both in whatever order',
  async () => {
    const results = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(schedules, async (moves) => {
        const simulated = simulatedPlayer();
        await playForReal(store.db, async (real) => {
          for (const move of moves) {
            const said = await simulated.play(move);
            const found = await real.play(move);
            // The first difference is the one to be told of.
            expect({ move, said: found }).toEqual({ move, said });
            const what = `${move.op} ${found.result}`;
            results.set(what, (results.get(what) ?? 0) + 1);
          }
        });
      }),
      { numRuns: runs, endOnFailure: true },
    );
    // It is no proof where everything is refused: which result comes, is chance.
    expect(results.size).toBeGreaterThan(3);
  },
  60_000 + 1_000 * runs,
);
