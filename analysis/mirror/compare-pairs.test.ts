import fc from 'fast-check';
import { comparePairs } from './compare-pairs.ts';
import type { MirroredAnswer, MirroredPair } from './mirrored-pair.ts';
import { ratioOfMeans } from './ratio-of-means.ts';
import { worstPairs } from './worst-pairs.ts';

const good: MirroredAnswer = { failed: false, empty: false, cut: false, refused: false };
const pairOf = (
  candidate: Partial<MirroredAnswer>,
  stable: Partial<MirroredAnswer> = {},
  id = 'p',
): MirroredPair => ({
  ...{ id, later: false },
  candidate: { ...good, ...candidate },
  stable: { ...good, ...stable },
});
const calls = (tools: string, given = '') => ({ calls: { tools, whole: tools + given } });

describe('answers to the same requests', () => {
  it('are bad alone where they fail, and beside the other arm’s where they are cut off or refused', () => {
    const { shortcomings } = comparePairs([
      pairOf({ failed: true }, { failed: true }),
      pairOf({ refused: true }),
      pairOf({ refused: true }, { refused: true }),
      pairOf({ cut: true }),
      pairOf({}, { invalidFormat: true }),
      pairOf({ invalidFormat: false }),
    ]);
    expect(shortcomings.map(({ name, candidate, stable }) => [name, candidate, stable])).toEqual([
      ['failed', 1, 1],
      ['cut off', 1, 0],
      ['refused', 1, 0],
      ['invalid format', 0, 1],
    ]);
  });

  it('are compared by what they take, but for those that were none', () => {
    const pairs = [1, 2, 3].map((n) => pairOf({ latencyMs: 2 * n }, { latencyMs: n }));
    const { measures } = comparePairs([
      ...pairs,
      pairOf({ failed: true, latencyMs: 9_000 }, { latencyMs: 1 }),
    ]);
    expect(measures).toMatchObject([{ name: 'latency', pairs: 3, candidate: 4, stable: 2, ratio: 2 }]);
  });

  it('are compared by their tool calls', () => {
    const compared = comparePairs([
      pairOf(calls('a', '1'), calls('a', '1')),
      pairOf(calls('a', '1'), calls('a', '2')),
      pairOf(calls('a'), calls('b')),
      pairOf(calls('a')),
      pairOf({}, calls('a')),
      pairOf({}),
    ]);
    expect(compared.calls).toEqual({
      ...{ pairs: 5, same: 1, otherArguments: 1, otherTools: 1, candidateAlone: 1, stableAlone: 1 },
    });
  });

  it('are looked at from the worst on; those that are alike are not', () => {
    const pairs = [
      pairOf({ characters: 100 }, { characters: 110 }, 'alike'),
      pairOf({ characters: 900 }, { characters: 100 }, 'longer'),
      pairOf(calls('a'), calls('b'), 'tools'),
      pairOf({}, { refused: true }, 'better'),
      pairOf({ refused: true }, {}, 'worse'),
    ];
    expect(worstPairs(pairs, 9).map(({ id }) => id)).toEqual(['worse', 'tools', 'longer', 'better']);
    expect(worstPairs(pairs, 1)).toEqual([{ id: 'worse', later: false, why: ['candidate refused'] }]);
  });
});

describe('the ratio of means', () => {
  const value = fc.double({ min: 0.01, max: 1e4, noNaN: true });
  const values = fc.array(fc.record({ candidate: value, stable: value }), { minLength: 2, maxLength: 30 });

  it('lies within its interval, whatever the unit, and is turned around with the arms', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 100, noNaN: true }), (pairs, unit) => {
        const { ratio, lower, upper } = ratioOfMeans(pairs, 1.645)!;
        expect(lower).toBeLessThanOrEqual(ratio * (1 + 1e-9));
        expect(upper).toBeGreaterThanOrEqual(ratio * (1 - 1e-9));
        const scaled = pairs.map(({ candidate, stable }) => ({
          candidate: candidate * unit,
          stable: stable * unit,
        }));
        expect(ratioOfMeans(scaled, 1.645)!.ratio).toBeCloseTo(ratio, 6);
        const turned = ratioOfMeans(
          pairs.map(({ candidate, stable }) => ({ candidate: stable, stable: candidate })),
          1.645,
        )!;
        expect(turned.ratio * ratio).toBeCloseTo(1, 9);
        expect(turned.upper * lower).toBeCloseTo(1, 6);
      }),
    );
  });

  it('is not surer for answers of one subject that come many times', () => {
    const once = [1, 4, 2, 8, 3].map((stable, i) => ({ candidate: 2 + i, stable, group: `s${i}` }));
    const width = (pairs: typeof once) => {
      const { lower, upper } = ratioOfMeans(pairs, 1.645)!;
      return upper / lower;
    };
    const many = once.flatMap((each) => Array.from({ length: 20 }, () => each));
    expect(width(many)).toBeCloseTo(width(once), 9);
    expect(width(many.map((each, i) => ({ ...each, group: `s${i}` })))).toBeLessThan(width(once));
  });

  it('is nobody’s where there are too few, or nothing to compare with', () => {
    expect(ratioOfMeans([{ candidate: 1, stable: 1 }], 1.645)).toBeUndefined();
    expect(
      ratioOfMeans(
        [1, 2].map((candidate) => ({ candidate, stable: 0 })),
        1.645,
      ),
    ).toBeUndefined();
  });
});
