import { designEffect } from './design-effect.ts';
import { casesToShow, oneSided95, twoSided95, wilsonInterval } from './wilson.ts';

describe('wilsonInterval', () => {
  it.each([
    [25, 25],
    [49, 50],
    [95, 100],
    [370, 400],
  ])('needs %p of %p to show a pass rate of 0.9 (STATISTICS 8)', (passes, cases) => {
    expect(wilsonInterval(passes / cases, cases, oneSided95).lower).toBeGreaterThanOrEqual(0.9);
    expect(wilsonInterval((passes - 1) / cases, cases, oneSided95).lower).toBeLessThan(0.9);
  });

  it('agrees with the textbook: 8 of 10 at 95 % is 0.490 to 0.943', () => {
    const { lower, upper } = wilsonInterval(0.8, 10, twoSided95);
    expect(lower).toBeCloseTo(0.4902, 4);
    expect(upper).toBeCloseTo(0.9433, 4);
  });

  it('says how many cases can show a rate at all', () => {
    expect(casesToShow(0.9, oneSided95)).toBe(25);
    expect(casesToShow(0, oneSided95)).toBe(1);
    expect(casesToShow(1, oneSided95)).toBe(Infinity);
  });

  it('stays within 0..1', () => {
    expect(wilsonInterval(0, 5, twoSided95).lower).toBe(0);
    expect(wilsonInterval(1, 5, twoSided95).upper).toBe(1);
    expect(() => wilsonInterval(1.1, 5, twoSided95)).toThrow(RangeError);
    expect(() => wilsonInterval(0.5, 0, twoSided95)).toThrow(RangeError);
  });
});

describe('designEffect', () => {
  const cases = (...means: number[]) => means.map((mean) => ({ mean }));

  it('is 1 for one repeat a case', () => {
    expect(designEffect(cases(1, 1, 1, 0), 1)).toBeCloseTo(1, 12);
  });

  it('counts repeats that agree as one, and repeats that are independent as several', () => {
    expect(designEffect(cases(1, 1, 1, 0), 5)).toBeCloseTo(1, 12);
    const independent = Array.from({ length: 500 }, () => 0.8);
    expect(designEffect(cases(...independent), 5)).toBe(0.2);
  });

  it('is not moved far by a single failure', () => {
    const oneFailure = [...Array.from({ length: 24 }, () => 1), 0.8];
    expect(designEffect(cases(...oneFailure), 5)).toBeGreaterThan(0.8);
  });

  it('counts a group whose cases fail together as one', () => {
    const groups = Array.from({ length: 40 }, (_, i) => ({
      mean: i % 20 < 5 ? 0 : 1,
      group: `g${Math.floor(i / 5)}`,
    }));
    expect(designEffect(groups, 1)).toBeCloseTo(5, 1);
    expect(
      designEffect(
        groups.map(({ group }) => ({ mean: 1, group })),
        1,
      ),
    ).toBeCloseTo(5, 12);
  });
});
