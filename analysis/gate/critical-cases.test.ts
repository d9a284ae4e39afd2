import { judgeCriticalCases, passesToClear } from './critical-cases.ts';

const runs = (failures: number, passes: number) => [
  ...Array.from({ length: failures }, () => false),
  ...Array.from({ length: passes }, () => true),
];

describe('critical cases, sequentially', () => {
  it.each([
    [0, 5],
    [1, 8],
    [2, 11],
  ])('with %p failures are cleared by %p passes and not by one less', (failures, passes) => {
    expect(judgeCriticalCases([runs(failures, passes)], 'sequential').outcome).toBe('pass');
    expect(judgeCriticalCases([runs(failures, passes - 1)], 'sequential').outcome).toBe('inconclusive');
  });

  it('block a suite when the mean of their evidence reaches 20', () => {
    expect(judgeCriticalCases([runs(2, 0)], 'sequential')).toMatchObject({ outcome: 'block', meanE: 25 });
    const fiftieth = [runs(4, 0), ...Array.from({ length: 49 }, () => runs(0, 5))];
    expect(judgeCriticalCases(fiftieth, 'sequential').outcome).toBe('inconclusive');
    expect(judgeCriticalCases([runs(5, 0), ...fiftieth.slice(1)], 'sequential').outcome).toBe('block');
  });

  it('stop where they are cleared: a later failure does not count', () => {
    const [judged] = judgeCriticalCases([[...runs(0, 5), false]], 'sequential').cases;
    expect(judged).toMatchObject({ state: 'cleared', repeats: 5, failures: 0 });
  });

  it('are exhausted after 20 repeats without either', () => {
    const flaky = Array.from({ length: 24 }, (_, i) => i % 4 !== 0);
    const [judged] = judgeCriticalCases([flaky], 'sequential').cases;
    expect(judged).toMatchObject({ state: 'exhausted', repeats: 20 });
  });

  it('do not pass before they have run, and hold nothing up where there are none', () => {
    expect(judgeCriticalCases([[]], 'sequential').outcome).toBe('inconclusive');
    expect(judgeCriticalCases([], 'sequential')).toEqual({ outcome: 'pass', meanE: 1, cases: [] });
  });

  it('say how many passes would clear them', () => {
    expect(passesToClear(1)).toBe(5);
    expect(passesToClear(5)).toBe(8);
    expect(passesToClear(0.05)).toBe(0);
  });
});

describe('critical: never', () => {
  it('blocks at the first failure and passes what has run without one', () => {
    expect(judgeCriticalCases([runs(0, 9), runs(1, 9)], 'never').outcome).toBe('block');
    expect(judgeCriticalCases([runs(0, 1), runs(0, 1)], 'never').outcome).toBe('pass');
    expect(judgeCriticalCases([runs(0, 1), []], 'never').outcome).toBe('inconclusive');
  });
});
