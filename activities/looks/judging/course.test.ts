import { gatesOf } from '../../../domain/release/course.ts';
import { gateStages } from '../../../domain/release/gate-stages.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import { courseOf } from './course.ts';

describe('the course of a plan', () => {
  it('bakes the last step at 100 - holdback and then serves everybody for a short time', () => {
    const { steps } = courseOf(planSchema.parse({}));
    expect(steps.map(({ stage, weight, holdMs, bake }) => [stage, weight, holdMs, bake])).toEqual([
      ['canary-5', 5, 1_800_000, false],
      ['canary-25', 25, 1_800_000, false],
      ['canary-100', 95, 3_600_000, true],
      ['full', 100, 35_000, false],
    ]);
  });

  it('goes from its last step to its guard, where it has one and something is held back', () => {
    const guarded = courseOf(planSchema.parse({ guard: '60m' }));
    expect([guarded.steps.at(-1)?.stage, guarded.guardMs]).toEqual(['canary-100', 3_600_000]);
    const nothingHeldBack = courseOf(planSchema.parse({ guard: '60m', holdback: 0 }));
    expect(nothingHeldBack.guardMs).toBeUndefined();
  });

  it('goes straight to 100 without a holdback', () => {
    const { steps } = courseOf(planSchema.parse({ holdback: 0 }));
    expect(steps.map(({ stage, weight }) => [stage, weight]).at(-1)).toEqual(['canary-100', 100]);
  });

  it('begins with the audience, which has no share of all subjects', () => {
    const { steps } = courseOf(planSchema.parse({ audience: { subjects: ['ada'], hold: '1d', weight: 40 } }));
    expect(steps.map(({ stage, weight, share }) => [stage, weight, share]).slice(0, 2)).toEqual([
      ['audience', 0, 40],
      ['canary-5', 5, undefined],
    ]);
    expect(steps[0]).toMatchObject({ holdMs: 86_400_000, minExposures: 50, bake: false });
  });

  it('compares after an alarm on at least 50 requests, however few the last step asks for', () => {
    const minExposuresOf = (minExposures: number) =>
      courseOf(planSchema.parse({ steps: [{ weight: 100, hold: '1m', minExposures }] })).compare.minExposures;
    expect([1, 200].map(minExposuresOf)).toEqual([50, 200]);
  });

  it('names the gates that there are, and goes by those of before where it names none', () => {
    const course = courseOf(planSchema.parse({}));
    expect(course.gates).toEqual(gateStages);
    expect(gatesOf({ ...course, gates: ['mirror'] })).toEqual(['mirror']);
    expect(gatesOf({ ...course, gates: undefined })).toEqual(['evaluate', 'mirror']);
  });

  it('has times in milliseconds', () => {
    const course = courseOf(planSchema.parse({ maxBlind: '90s', lease: '10s' }));
    expect([course.maxBlindMs, course.leaseMs, course.maxPauseMs]).toEqual([90_000, 10_000, 86_400_000]);
  });
});
