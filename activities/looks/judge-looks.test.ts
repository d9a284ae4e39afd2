import type { GuardrailSettings } from '../../domain/guardrail/guardrail.ts';
import { judgedGuardrails } from '../../domain/guardrail/registry.ts';
import { planSchema, type Plan } from '../../domain/plan.ts';
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
  return {
    elapsedMs: 60_000,
    counters: { errors: horizons, latency: { short: [none], long: [none] } },
  };
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
    const { short, long } = look.counters['errors']!;
    const hung = long.map((counts) => ({ ...counts, candidateBad: 80 }));
    const hanging = { ...look, counters: { ...look.counters, errors: { short, long: hung } } };
    const judged = judgeLooks([hanging], plan, { splitVersion: 9, stage: 'full', weight: 100 });
    expect(judged.absolute).toBe('emergency');
    expect(judged.guardrails.at(-1)).toMatchObject({ name: 'emergency', candidateRate: 0.8 });
  });

  it('is not asked about in other steps, which stable answers for', () => {
    expect(judge(40, { stage: 'canary-5', weight: 5 }).absolute).toBe('within');
  });
});

describe('the guardrails of a plan', () => {
  const evidenceOf = (judgedPlan: Plan, look = bothErr(5)) =>
    judgeLooks([look], judgedPlan, { splitVersion: 9, stage: 'canary-5', weight: 5 });
  const stored = (guardrails: Record<string, GuardrailSettings>): Plan => ({ ...plan, guardrails });
  const settings = { ratio: 1.25, floor: 0.0005, tolerance: 2 };
  const outage = (): Increments => {
    const look = bothErr(0);
    const bad = { ...look.counters['errors']!.short[0]!, candidateBad: 100 };
    return { ...look, counters: { ...look.counters, errors: { short: [bad], long: [bad] } } };
  };

  it('are those that it was stored with: nothing is made up, and the shares stay', () => {
    const before = stored({ errors: settings, latency: { ...settings, slowerThan: '10s' } });
    expect(judgedGuardrails(before).map(({ guardrail, share }) => [guardrail.name, share])).toEqual([
      ['errors', 0.5],
      ['latency', 0.5],
    ]);
    expect(evidenceOf(before).guardrails.map(({ name }) => name)).toEqual(['errors', 'latency']);
  });

  it('keep their shares where one is of a newer program, whose evidence nobody knows here', () => {
    const newer = stored({ errors: settings, toxicity: { worst: 3 }, cost: 'off' });
    expect(judgedGuardrails(newer).map(({ share }) => share)).toEqual([0.5]);
    expect(evidenceOf(newer).fail).toBe(false);
    expect(evidenceOf(newer, outage()).fail).toBe(true);
  });

  it('say so where gateways do not count one: no evidence, no rates, no error', () => {
    const { errors } = bothErr(0).counters;
    const judged = evidenceOf(plan, { elapsedMs: 1, counters: { errors: errors! } });
    expect(judged.notCounted).toContain('latency');
    expect(judged.notCounted).not.toContain('errors');
    expect(judged.guardrails.find(({ name }) => name === 'latency')).toMatchObject({
      ...{ candidateRate: null, stableRate: null, note: 'not counted by the gateways' },
    });
  });
});
