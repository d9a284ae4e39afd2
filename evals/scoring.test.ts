import fc from 'fast-check';
import { scoreCase } from './scoring.ts';

const verdicts = fc.array(
  fc.record({ passed: fc.boolean(), weight: fc.integer({ min: 0, max: 5 }) }).map(({ passed, weight }) => ({
    passed,
    weight,
    score: passed ? 1 : 0,
  })),
  { minLength: 1 },
);
const counted = verdicts.filter((list) => list.some(({ weight }) => weight > 0));

describe('the score of a case', () => {
  it('is the weighted mean of its assertions, and all of them must pass', () => {
    const good = { passed: true, score: 1, weight: 3 };
    const bad = { passed: false, score: 0, weight: 1, reason: 'why' };
    expect(scoreCase([good, bad], undefined)).toEqual({ passed: false, score: 0.75, reasons: ['why'] });
    expect(scoreCase([good], undefined)).toEqual({ passed: true, score: 1, reasons: [] });
  });

  it('decides alone where the case has a threshold, also one of 0', () => {
    const list = [
      { passed: true, score: 1, weight: 3 },
      { passed: false, score: 0, weight: 1 },
    ];
    expect(scoreCase(list, 0.75).passed).toBe(true);
    expect(scoreCase(list, 0.76)).toMatchObject({
      passed: false,
      reasons: ['scored 0.75, below 0.76', 'failed'],
    });
    expect(scoreCase([{ passed: false, score: 0, weight: 1 }], 0).passed).toBe(true);
  });

  it('stays between the least and the greatest score', () => {
    fc.assert(
      fc.property(counted, (list) => {
        const scores = list.filter(({ weight }) => weight > 0).map(({ score }) => score);
        const { score } = scoreCase(list, undefined);
        expect(score).toBeGreaterThanOrEqual(Math.min(...scores));
        expect(score).toBeLessThanOrEqual(Math.max(...scores));
      }),
    );
  });

  it('passes without a threshold exactly where it would with one of 1', () => {
    fc.assert(
      fc.property(counted, (list) => {
        expect(scoreCase(list, undefined).passed).toBe(scoreCase(list, 1).passed);
      }),
    );
  });

  it('does not change with the order, nor with assertions of weight 0', () => {
    fc.assert(
      fc.property(counted, (list) => {
        const other = [...list, { passed: false, score: 0, weight: 0 }].reverse();
        expect(scoreCase(other, undefined).passed).toBe(scoreCase(list, undefined).passed);
        expect(scoreCase(other, undefined).score).toBeCloseTo(scoreCase(list, undefined).score);
      }),
    );
  });

  it('is none where no assertion counts', () => {
    expect(() => scoreCase([{ passed: true, score: 1, weight: 0 }], undefined)).toThrow(RangeError);
  });
});
