import { absoluteBoundEvidence } from './absolute-bound.ts';

/** A small generator of its own, so that a run can be repeated. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Does the evidence ever reach 1/alpha, looked at after every request? */
function everAlarms(rate: number, bound: number, requests: number, random: () => number): boolean {
  let bad = 0;
  for (let exposed = 1; exposed <= requests; exposed++) {
    if (random() < rate) bad += 1;
    if (absoluteBoundEvidence({ exposed, bad, bound }).logE >= Math.log(20)) return true;
  }
  return false;
}

describe('the evidence against an absolute bound', () => {
  it('raises false alarms in at most 5 % of runs at the bound itself, however often one looks', () => {
    const random = uniform(7);
    const alarms = Array.from({ length: 400 }, () => everAlarms(0.2, 0.2, 500, random)).filter(
      Boolean,
    ).length;
    expect(alarms / 400).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 400));
  });

  it('finds an outage within a few requests', () => {
    const needed = Array.from({ length: 20 }, (_, n) => n + 1).find(
      (n) => absoluteBoundEvidence({ exposed: n, bad: n, bound: 0.2 }).logE >= Math.log(20),
    );
    expect(needed).toBeLessThanOrEqual(5);
  });

  it('says nothing of nothing, and refuses what is no rate', () => {
    expect(absoluteBoundEvidence({ exposed: 0, bad: 0, bound: 0.2 }).logE).toBeCloseTo(0);
    expect(() => absoluteBoundEvidence({ exposed: 1, bad: 2, bound: 0.2 })).toThrow(RangeError);
    expect(() => absoluteBoundEvidence({ exposed: 1, bad: 1, bound: 2 })).toThrow(RangeError);
  });
});
