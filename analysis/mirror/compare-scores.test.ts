import { compareScores } from './compare-scores.ts';
import type { MirroredPair } from './mirrored-pair.ts';

const rules = { margin: 0.05, minPairs: 30 };
const answer = (score: number | null | undefined) => ({
  ...{ failed: false, empty: false, cut: false, refused: false },
  ...(score === undefined ? {} : { score }),
});
const pair = (
  candidate: number | null | undefined,
  stable: number | null | undefined = 1,
  nth = 0,
): MirroredPair => ({
  ...{ id: `p${nth}`, later: false, candidate: answer(candidate), stable: answer(stable) },
});
const pairs = (count: number, candidate: (nth: number) => number | null): MirroredPair[] =>
  Array.from({ length: count }, (_, nth) => pair(candidate(nth), 1, nth));

describe('the scores of pairs', () => {
  it('fail where the candidate is surely worse by the margin, and pass where it surely is not', () => {
    expect(
      compareScores(
        pairs(150, (nth) => (nth % 8 === 0 ? 0 : 1)),
        rules,
      ),
    ).toMatchObject({
      ...{ outcome: 'fail', pairs: 150, missing: 0, stable: 1 },
    });
    expect(
      compareScores(
        pairs(150, () => 1),
        rules,
      )?.outcome,
    ).toBe('pass');
    expect(
      compareScores(
        pairs(40, (nth) => (nth < 3 ? 0 : 1)),
        rules,
      )?.outcome,
    ).toBe('inconclusive');
  });

  it('are shown to be no worse only within what their judge surely sees of the margin', () => {
    const little = pairs(400, (nth) => (nth % 80 === 0 ? 0 : 1));
    expect(compareScores(little, rules)?.outcome).toBe('pass');
    expect(compareScores(little, { ...rules, sight: { lower: 0.5 } })?.outcome).toBe('inconclusive');
  });

  it('decide nothing where too many lack, or there are too few (invariant 26)', () => {
    const lacking = compareScores(
      pairs(100, (nth) => (nth < 6 ? null : 1)),
      rules,
    );
    expect(lacking).toMatchObject({ outcome: 'inconclusive', pairs: 94, missing: 6 });
    expect(
      compareScores(
        pairs(100, (nth) => (nth < 5 ? null : 1)),
        rules,
      )?.outcome,
    ).toBe('pass');
    expect(
      compareScores(
        pairs(29, () => 0),
        rules,
      )?.outcome,
    ).toBe('inconclusive');
    expect(compareScores([pair(undefined, undefined)], rules)).toBeUndefined();
  });
});
