import fc from 'fast-check';
import { fittedPlan, trafficClassOf } from '../../domain/release/fitted-plan.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { fitPlan } from './fit-plan.ts';

const plan = (more: object = {}) => planSchema.parse(more);
const rates = { errors: 0.005, latency: 0.01, slowdown: 0.05 };
const fit = (requestsPerDay: number, more?: object) =>
  fitPlan(plan(more), { requestsPerDay, baseRates: rates });

describe('what a plan does for so much traffic', () => {
  it('finds less with fewer requests, and takes as long as its holds and its least requests', () => {
    const [busy, quiet] = [fit(200_000), fit(20_000)];
    const of = ({ steps }: typeof busy) => steps[0]?.finds.find(({ guardrail }) => guardrail === 'errors');
    expect(of(busy)?.with95).toBeLessThan(of(quiet)?.with95 ?? 0);
    expect(of(busy)?.with80).toBeLessThan(of(busy)?.with95 ?? 0);
    expect(busy.steps.map(({ takesMs }) => takesMs / 60_000)).toEqual([30, 30, 60]);
    expect(busy.steps[0]?.exposed).toBeCloseTo((200_000 / 48) * 0.05, 0);
    // 50 requests at 5 % of 20,000 a day.
    expect(quiet.steps[0]?.takesMs).toBeCloseTo(72 * 60_000, -2);
    expect(quiet.takenBackAtMost).toBe(0.05);
  });

  it('holds its audience first, of which it says nothing more', () => {
    const first = fit(200_000, { audience: { subjects: ['ada'], hold: '1h' } });
    expect(first.audience).toEqual({ weight: 25, holdMs: 3_600_000, minExposures: 50 });
    expect(first.takesMs - fit(200_000).takesMs).toBe(3_600_000);
    expect(first.steps).toEqual(fit(200_000).steps);
    expect(fit(200_000)).not.toHaveProperty('audience');
  });

  it('is nonsense where a step finds nothing but an outage, and says so', () => {
    const steps = [
      { weight: 5, hold: '10m', minExposures: 1 },
      { weight: 100, hold: '10m', minExposures: 1 },
    ];
    expect(fit(2_880, { steps }).nonsense).toMatch(
      /^The step at 5 % finds nothing, not even a total outage at 2\.0 requests a minute: .* about 1\.$/,
    );
    expect(fit(2_880_000, { steps }).nonsense).toBeUndefined();
    expect(fit(0).nonsense).toMatch(/0 requests a day/);
    expect(fit(100).steps[0]).toMatchObject({ pauses: true });
  });

  it('says what segments cost the whole, and what is found in each by its part of the traffic', () => {
    const scope = { label: 'tenant', values: ['acme', 'initech'] };
    const guardrails = { errors: { scope } };
    const segments = { 'errors@tenant=acme': { share: 0.3, baseRate: 0.02 } };
    const scoped = fitPlan(plan({ guardrails }), { requestsPerDay: 500_000, baseRates: rates, segments });
    const of = ({ steps }: typeof scoped) =>
      steps[0]!.finds.filter(({ guardrail }) => guardrail === 'errors');
    const [whole, acme, initech] = of(scoped);
    const [alone] = of(fit(500_000));
    expect(whole!.unsegmented80).toBe(alone!.with80);
    expect(whole!.with80).toBeGreaterThan(alone!.with80!);
    expect(whole!.with80! / alone!.with80!).toBeLessThan(1.2);
    expect(acme).toMatchObject({
      segment: { name: 'tenant=acme', share: 0.3, assumed: false },
      baseRate: 0.02,
    });
    expect(initech).toMatchObject({ segment: { share: 0.1, assumed: true }, baseRate: rates.errors });
    expect(initech!.with80).toBeGreaterThan(whole!.with80!);
    expect(alone!.segment).toBeUndefined();
  });

  it('never finds a smaller fault with a greater chance, nor one that is allowed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 5_000_000 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (day, base) => {
          const fitted = fitPlan(plan(), { requestsPerDay: day, baseRates: { errors: base } });
          for (const { finds } of fitted.steps) {
            for (const { with80, with95, baseRate } of finds) {
              if (with95 !== undefined) expect(with80).toBeLessThanOrEqual(with95);
              if (with80 !== undefined) expect(with80).toBeGreaterThanOrEqual(Math.min(1, baseRate) * 0.999);
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('the plan that suits so much traffic', () => {
  it('is one that can be published, and is no nonsense from a hundred requests a day on', () => {
    for (const day of [1, 50, 100, 499, 500, 2_000, 4_999, 5_000, 50_000, 5_000_000]) {
      const fitted = planSchema.parse(fittedPlan(day));
      const { nonsense, steps } = fitPlan(fitted, { requestsPerDay: day, baseRates: rates });
      if (day >= 100)
        expect([day, nonsense, steps.some(({ pauses }) => pauses)]).toEqual([day, undefined, false]);
    }
  });

  it('has the mirror decide for few, and the canary for many', () => {
    expect([10, 500, 5_000].map(trafficClassOf)).toEqual(['mirror', 'mixed', 'full']);
    expect(fittedPlan(300).steps).toMatchObject([{ weight: 100 }]);
    expect(fittedPlan(300).holdback).toBe(50);
    expect([300, 4_000, 20_000, 1_000_000].map((day) => fittedPlan(day).guard)).toEqual([
      ...['24h', '7h', '3h', '1h'],
    ]);
    expect(fittedPlan(1_000_000).steps.map(({ hold }) => hold)).toEqual(['10m', '10m', '10m']);
  });
});
