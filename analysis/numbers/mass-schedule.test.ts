import { massDue } from './mass-schedule.ts';

const steps = [
  { stage: 'canary-5', holdMs: 1000 },
  { stage: 'canary-25', holdMs: 1000 },
  { stage: 'canary-100', holdMs: 2000 },
];
const due = (...looks: [stage: string, elapsedMs: number][]) =>
  massDue(
    steps,
    looks.map(([stage, elapsedMs]) => ({ stage, elapsedMs })),
  ).map((mass) => Number(mass.toFixed(12)));

describe('the mass that is due', () => {
  it('is 0.4 at the first step’s start, 0.2 at each of the two others’, and 0.2 evenly over the hold', () => {
    expect(due(['canary-5', 0], ['canary-5', 500], ['canary-25', 1000], ['canary-100', 2000])).toEqual([
      0.4, 0.025, 0.25, 0.3,
    ]);
  });

  it('is nothing in an extension, after a restart of the step, or in stages that are no steps of the plan', () => {
    expect(due(['canary-5', 900], ['canary-5', 900], ['canary-5', 900])).toEqual([0.445, 0.005, 0]);
    expect(due(['compare', 500], ['full', 500])).toEqual([0, 0]);
  });

  it('of a step without a look stays back', () => {
    expect(due(['canary-5', 1000], ['canary-100', 2000])).toEqual([0.45, 0.3]);
    expect(due(['canary-25', 0])).toEqual([0.2]);
  });

  it('is 0.8 at the start of a plan with one step, and all at the starts of one that holds no time', () => {
    const one = [{ stage: 'canary-100', holdMs: 0 }];
    expect(massDue([{ ...one[0]!, holdMs: 100 }], [{ stage: 'canary-100', elapsedMs: 50 }])).toEqual([0.9]);
    expect(massDue(one, [{ stage: 'canary-100', elapsedMs: 0 }])[0]).toBeCloseTo(1, 12);
    const two = [{ stage: 'canary-5', holdMs: 0 }, ...one];
    const all = massDue(two, [
      { stage: 'canary-5', elapsedMs: 0 },
      { stage: 'canary-100', elapsedMs: 7 },
    ]);
    expect(all[0]).toBeCloseTo(0.5, 12);
    expect(all[1]).toBeCloseTo(0.5, 12);
  });
});
