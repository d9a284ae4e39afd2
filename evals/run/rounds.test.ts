import fc from 'fast-check';
import { followRounds } from './rounds.ts';
import { workKey, type EvalPlan, type WorkItem, type WorkResult } from './work.ts';

const plan: EvalPlan = {
  candidate: 'new',
  stable: 'old',
  targets: 2,
  cases: Array.from({ length: 12 }, (_, i) => ({ id: `s/${i}`, critical: i % 4 === 0 })),
  settings: { minPassRate: 0.9, margin: 0.02, maxRepeats: 5, critical: 'sequential' },
};

const resultOf = (item: WorkItem, passed: boolean): WorkResult => ({
  ...item,
  verdict: passed ? 'passed' : 'failed',
  score: passed ? 1 : 0,
  details: {},
});

/** Runs all rounds with outcomes that depend on nothing but the item. */
function runAll(passes: (item: WorkItem) => boolean): WorkResult[] {
  const results: WorkResult[] = [];
  for (;;) {
    const { finished, missing } = followRounds(plan, results);
    if (finished) return results;
    results.push(...missing.map((item) => resultOf(item, passes(item))));
  }
}

const outcomes = fc.func(fc.boolean()).map((f) => (item: WorkItem) => f(workKey(item)));

describe('the rounds of an evaluation', () => {
  it('begin with every case on both arms, and critical cases on every further target', () => {
    const { rounds, missing } = followRounds(plan, []);
    expect(rounds).toHaveLength(1);
    expect(missing).toHaveLength(12 * 2 + 3);
    expect(missing.filter(({ target }) => target === 1).map(({ caseId }) => caseId)).toEqual([
      's/0',
      's/4',
      's/8',
    ]);
  });

  it('ask for what is missing and nothing else, wherever the work stopped', () => {
    fc.assert(
      fc.property(outcomes, fc.double({ min: 0, max: 1, noNaN: true }), (passes, share) => {
        const all = runAll(passes);
        const partial = all.slice(0, Math.floor(all.length * share));
        const { missing } = followRounds(plan, partial);
        const known = new Set(partial.map(workKey));
        const needed = new Set(all.map(workKey));
        expect(missing.every((item) => !known.has(workKey(item)) && needed.has(workKey(item)))).toBe(true);
        if (partial.length < all.length) expect(missing.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  it('are the same in whatever order results came in, plan no item twice, and end', () => {
    fc.assert(
      fc.property(outcomes, (passes) => {
        const all = runAll(passes);
        expect(new Set(all.map(workKey)).size).toBe(all.length);
        const { rounds } = followRounds(plan, all);
        expect(followRounds(plan, all.toReversed()).rounds).toEqual(rounds);
        expect(rounds.flat().map(workKey).sort()).toEqual(all.map(workKey).sort());
      }),
      { numRuns: 50 },
    );
  });
});
