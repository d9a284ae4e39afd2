import { planSchema } from '../../domain/plan.ts';
import type { Increments } from './increments.ts';
import { judgeLooks } from './judge-looks.ts';

const plan = planSchema.parse({});

/** One look in which both arms err alike. */
function bothErr(bad: number): Increments {
  const counts = {
    ...{ splitVersion: 9, candidateExposed: 100, candidateBad: bad, stableExposed: 100, stableBad: bad },
    elapsedMs: 60_000,
  };
  const horizons = { short: [counts], long: [counts] };
  const none = { ...counts, candidateBad: 0, stableBad: 0 };
  return { errors: horizons, latency: { short: [none], long: [none] } };
}

const judge = (bad: number, present: { stage: string; weight: number }) =>
  judgeLooks([bothErr(bad)], plan, { splitVersion: 9, ...present });

describe('the absolute bound on errors', () => {
  it('holds at 100 % and in the comparison after an alarm, where no arm is worse than the other', () => {
    const comparing = { stage: 'compare', weight: 50 };
    expect(judge(40, comparing)).toMatchObject({ fail: false, absolute: 'alarm' });
    expect(judge(5, comparing)).toMatchObject({ fail: false, absolute: 'within' });
    expect(judge(40, { stage: 'full', weight: 100 }).absolute).toBe('alarm');
  });

  it('sees a candidate that hangs for longer than the short horizon', () => {
    const look = bothErr(0);
    const long = look.errors.long.map((counts) => ({ ...counts, candidateBad: 80 }));
    const hanging = { ...look, errors: { ...look.errors, long } };
    const judged = judgeLooks([hanging], plan, { splitVersion: 9, stage: 'full', weight: 100 });
    expect(judged.absolute).toBe('emergency');
    expect(judged.guardrails.at(-1)).toMatchObject({ name: 'emergency', candidateRate: 0.8 });
  });

  it('is not asked about in other steps, which stable answers for', () => {
    expect(judge(40, { stage: 'canary-5', weight: 5 }).absolute).toBe('within');
  });
});
