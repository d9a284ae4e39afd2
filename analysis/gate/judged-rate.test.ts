import { decideGate, type GateCase } from './gate-decision.ts';
import { judgedPassRate, marginShown } from './judged-rate.ts';

const labels = { goodPassed: 90, goodFailed: 10, badPassed: 20, badFailed: 80 };
const perfect = { goodPassed: 500, goodFailed: 0, badPassed: 0, badFailed: 500 };

/** So many cases, of which that share has passed on either arm. */
function cases(count: number, passes: { candidate: number; stable: number }, judged = true): GateCase[] {
  const score = (share: number, i: number) => Number(Math.floor((i + 1) * share) > Math.floor(i * share));
  return Array.from({ length: count }, (_, i) => ({
    ...{ id: `case-${judged}-${i}`, critical: false, errors: 0 },
    ...{ candidate: [score(passes.candidate, i)], stable: [score(passes.stable, i)] },
    ...(judged ? { judged: true as const } : {}),
  }));
}

const decide = (of: readonly GateCase[], known: object) =>
  decideGate({
    ...{
      cases: of,
      minPassRate: 0.5,
      margin: 0.1,
      criticalPolicy: 'sequential',
      looksTaken: 1,
      maxRepeats: 1,
    },
    ...known,
  });

describe('a pass rate that a judge has a part in', () => {
  it('is what lies behind what it passed, and stays what it is beside assertions of their own', () => {
    // 0.9 x 0.7 + 0.2 x 0.3 = 0.69
    const found = decide(cases(400, { candidate: 0.69, stable: 0.69 }), { labels }).absolute;
    expect(found.rate).toBeCloseTo(0.7, 1);
    expect(found.asJudged).toBeCloseTo(0.69, 2);
    const unit = { sum: 1, size: 1 };
    const mixed = judgedPassRate(
      { judged: Array.from({ length: 100 }, () => unit), exact: Array.from({ length: 300 }, () => unit) },
      labels,
      1.96,
    );
    expect(mixed.estimate).toBeCloseTo(1);
    expect(mixed.lower).toBeGreaterThan(0.95);
    // Nothing passes: a judge that takes bad answers for good would have passed some.
    const none = judgedPassRate(
      { judged: Array.from({ length: 100 }, () => ({ sum: 0, size: 1 })), exact: [] },
      labels,
      2,
    );
    expect([none.estimate, none.upper < 0.06]).toEqual([0, true]);
  });

  it('neither blocks for good answers that it does not see, nor passes bad ones that it takes for good', () => {
    // All are good: it passes 9 of 10.
    const strict = cases(300, { candidate: 0.9, stable: 0.9 });
    expect(decide(strict, { minPassRate: 0.95 }).absolute.outcome).toBe('block');
    expect(decide(strict, { minPassRate: 0.95, labels }).absolute.outcome).not.toBe('block');
    // 0.55 pass: half of them good.
    const loose = cases(300, { candidate: 0.55, stable: 0.55 });
    expect(decide(loose, { minPassRate: 0.49 }).absolute.outcome).toBe('pass');
    expect(decide(loose, { minPassRate: 0.49, labels }).absolute.outcome).toBe('inconclusive');
  });
});

describe('a margin where a judge sees less than there is', () => {
  it('is shown by as much less, and by no less than what it has no part in', () => {
    expect(marginShown(0.1, perfect, 1)).toBeGreaterThan(0.097);
    expect(marginShown(0.1, labels, 1)).toBeLessThan(0.065);
    expect(marginShown(0.1, labels, 0.05)).toBeGreaterThan(0.075);
  });

  it('lets no candidate pass that may be worse by more than the plan allows', () => {
    const worse = cases(900, { candidate: 0.64, stable: 0.69 });
    expect(decide(worse, { margin: 0.1 }).relative?.outcome).toBe('pass');
    const seen = decide(worse, { margin: 0.1, labels });
    expect(seen.relative?.outcome).toBe('inconclusive');
    expect(seen.reasons.map(({ message }) => message).join()).toContain('of which the judge sees 5.');
    expect(decide(cases(900, { candidate: 0.5, stable: 0.69 }), { labels }).relative?.outcome).toBe('block');
  });
});
