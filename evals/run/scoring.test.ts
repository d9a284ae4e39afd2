import fc from 'fast-check';
import { scoreCase, type CheckResult } from './scoring.ts';

const judged = (passed: boolean, weight = 1, reason?: string): CheckResult => ({
  kind: 'judged',
  passed,
  score: passed ? 1 : 0,
  weight,
  ...(reason === undefined ? {} : { reason }),
});
const unjudged = (weight = 1): CheckResult => ({ kind: 'not-judged', why: 'it threw', weight });

const results = fc.array(
  fc
    .record({ passed: fc.boolean(), weight: fc.integer({ min: 0, max: 5 }) })
    .map(({ passed, weight }) => judged(passed, weight)),
  { minLength: 1 },
);
const counted = results.filter((list) => list.some(({ weight }) => weight > 0));
const hasPassed = (list: readonly CheckResult[], threshold?: number): boolean => {
  const scored = scoreCase(list, threshold);
  return scored.kind === 'judged' && scored.passed;
};

describe('the score of a case', () => {
  it('is the weighted mean of its assertions, and all of them must pass', () => {
    expect(scoreCase([judged(true, 3), judged(false, 1, 'why')], undefined)).toEqual({
      ...{ kind: 'judged', passed: false, score: 0.75, reasons: ['why'] },
    });
    expect(scoreCase([judged(true, 3)], undefined)).toMatchObject({ passed: true, score: 1, reasons: [] });
  });

  it('decides alone where the case has a threshold, also one of 0', () => {
    const list = [judged(true, 3), judged(false)];
    expect(hasPassed(list, 0.75)).toBe(true);
    expect(scoreCase(list, 0.76)).toMatchObject({
      passed: false,
      reasons: ['scored 0.75, below 0.76', 'failed'],
    });
    expect(hasPassed([judged(false)], 0)).toBe(true);
  });

  it('stays between the least and the greatest score', () => {
    fc.assert(
      fc.property(counted, (list) => {
        const scores = list.flatMap((each) =>
          each.kind === 'judged' && each.weight > 0 ? [each.score] : [],
        );
        const scored = scoreCase(list, undefined);
        const score = scored.kind === 'judged' ? scored.score : NaN;
        expect(score).toBeGreaterThanOrEqual(Math.min(...scores));
        expect(score).toBeLessThanOrEqual(Math.max(...scores));
      }),
    );
  });

  it('passes without a threshold exactly where it would with one of 1', () => {
    fc.assert(
      fc.property(counted, (list) => {
        expect(hasPassed(list)).toBe(hasPassed(list, 1));
      }),
    );
  });

  it('does not change with the order, nor with assertions of weight 0, also where they could not be judged', () => {
    fc.assert(
      fc.property(counted, (list) => {
        const other = [...list, judged(false, 0), unjudged(0)].reverse();
        expect(hasPassed(other)).toBe(hasPassed(list));
        expect(scoreCase(other, 0.5).kind).toBe('judged');
      }),
    );
  });

  it('is none where no assertion counts', () => {
    expect(() => scoreCase([judged(true, 0)], undefined)).toThrow(RangeError);
  });

  it('is not known where an assertion could not be judged, but for a case that has failed anyway (invariant 26)', () => {
    fc.assert(
      fc.property(results, fc.option(fc.constantFrom(0.1, 0.5, 1), { nil: undefined }), (list, threshold) => {
        const scored = scoreCase([...list, unjudged()], threshold);
        const failed = list.some((each) => each.kind === 'judged' && !each.passed && each.weight > 0);
        if (threshold === undefined && failed)
          expect(scored).toMatchObject({ kind: 'judged', passed: false });
        else expect(scored).toEqual({ kind: 'not-judged', why: ['it threw'] });
      }),
    );
  });
});
