import { compareScores } from '../../analysis/mirror/compare-scores.ts';
import { equalPasses } from '../../analysis/mirror/equal-passes.ts';
import type { MirroredAnswer } from '../../analysis/mirror/mirrored-pair.ts';
import { createRandom } from './random.ts';
const answer = (score: number): MirroredAnswer => ({
  ...{ failed: false, empty: false, cut: false, refused: false, score },
});

describe('the chance that an equal candidate passes its mirror', () => {
  it.each([
    { pairs: 60, margin: 0.1, differ: 0.05 },
    { pairs: 150, margin: 0.05, differ: 0.013 },
    { pairs: 150, margin: 0.05, differ: 0.08 },
  ])('is how often it does: %j', (cell) => {
    const { uniform } = createRandom(7);
    const runs = 400;
    let passed = 0;
    for (let run = 0; run < runs; run += 1) {
      const pairs = Array.from({ length: cell.pairs }, (_, nth) => {
        const differs = uniform() < cell.differ;
        const stable = Number(uniform() < 0.5);
        return {
          id: `p${nth}`,
          later: false,
          stable: answer(stable),
          candidate: answer(differs ? 1 - stable : stable),
        };
      });
      if (compareScores(pairs, { margin: cell.margin, minPairs: 1 })?.outcome === 'pass') passed += 1;
    }
    const expected = equalPasses(cell);
    const error = Math.sqrt((expected * (1 - expected)) / runs);
    expect(Math.abs(passed / runs - expected)).toBeLessThan(4 * error + 0.002);
  });
});
