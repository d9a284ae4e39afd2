import type { GuardrailSettings } from '../../../domain/guardrail/guardrail.ts';
import { judgedGuardrails } from '../../../domain/guardrail/registry.ts';
import { planSchema, type Plan } from '../../../domain/release/plan.ts';
import type { Increments } from './increments.ts';
import { judgeLooks as judgeStageLooks } from './judge-looks.ts';

const plan = planSchema.parse({});

/** All looks are of the present stage. */
const judgeLooks = (
  looks: readonly Increments[],
  judgedPlan: Plan,
  present: Parameters<typeof judgeStageLooks>[2],
) =>
  judgeStageLooks(
    looks.map((look) => ({ ...look, stage: present.stage })),
    { plan: judgedPlan, rules: 2 },
    present,
  );

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
    dryRuns: {},
    counters: { errors: horizons, latency: { short: [none], long: [none] } },
  };
}

const judge = (bad: number, present: { stage: string; weight: number }) =>
  judgeLooks([bothErr(bad)], plan, { splitVersion: 9, minExposures: 50, ...present });

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
    const judged = judgeLooks([hanging], plan, {
      ...{ splitVersion: 9, stage: 'full', weight: 100, minExposures: 50 },
    });
    expect(judged.absolute).toBe('emergency');
    expect(judged.guardrails.at(-1)).toMatchObject({ name: 'emergency', candidateRate: 0.8 });
  });

  it('is not asked about in other steps, which stable answers for', () => {
    expect(judge(40, { stage: 'canary-5', weight: 5 }).absolute).toBe('within');
  });
});

describe('the guardrails of a plan', () => {
  const evidenceOf = (judgedPlan: Plan, look = bothErr(5)) =>
    judgeLooks([look], judgedPlan, {
      ...{ splitVersion: 9, stage: 'canary-5', weight: 5, minExposures: 50 },
    });
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
    const judged = evidenceOf(plan, { elapsedMs: 1, dryRuns: {}, counters: { errors: errors! } });
    expect(judged.notCounted).toContain('latency');
    expect(judged.notCounted).not.toContain('errors');
    expect(judged.guardrails.find(({ name }) => name === 'latency')).toMatchObject({
      ...{ candidateRate: null, stableRate: null, note: 'not counted by the gateways' },
    });
  });
});

describe('a candidate that is answered for by its fallback', () => {
  const present = { splitVersion: 9, stage: 'canary-5', weight: 5, minExposures: 50 };
  /** A look of 100 requests an arm; nobody errs. */
  function look(failedOver: number, errors = 0): Increments {
    const counts = (candidateBad: number) => {
      const row = {
        splitVersion: 9,
        candidateExposed: 100,
        stableExposed: 100,
        stableBad: 0,
        elapsedMs: 1000,
      };
      return { short: [{ ...row, candidateBad }], long: [{ ...row, candidateBad }] };
    };
    return {
      elapsedMs: 1000,
      dryRuns: {},
      counters: { errors: counts(errors), latency: counts(0), failovers: counts(failedOver) },
    };
  }

  it('holds the step for as long as its first target is away, and is not taken back', () => {
    const away = judgeLooks([look(0), look(90), look(100)], plan, present);
    expect(away.fail).toBe(false);
    expect(away.hold).toContain('failovers: candidate 100.0 %, stable 0.0 %');
    expect(away.guardrails.find(({ name }) => name === 'failovers')?.note).toContain('the step holds until');
    const half = [look(100), look(100), { ...look(1) }];
    expect(judgeLooks(half, plan, present).hold).toBeUndefined();
  });

  it('holds a later step as well until enough of its own requests are answered by the first target', () => {
    const moved = (of: Increments): Increments => {
      const counters = Object.entries(of.counters).map(([name, { short, long }]) => {
        const few = [...short, ...long].map((row) => ({ ...row, splitVersion: 10, candidateExposed: 40 }));
        return [name, { short: few.slice(0, 1), long: few.slice(1) }] as const;
      });
      return { ...of, counters: Object.fromEntries(counters) };
    };
    const later = { ...present, splitVersion: 10 };
    expect(judgeLooks([look(100), moved(look(0))], plan, later).hold).toBeDefined();
    expect(judgeLooks([look(100), moved(look(0)), moved(look(0))], plan, later).hold).toBeUndefined();
  });

  it('is taken back where callers are hurt', () => {
    expect(judgeLooks([look(100, 60), look(100, 60)], plan, present).fail).toBe(true);
  });

  it('is not judged by a plan that does not ask for it', () => {
    const off = planSchema.parse({ guardrails: { failovers: 'off' } });
    const judged = judgeLooks([look(100), look(100)], off, present);
    expect(judged.hold).toBeUndefined();
    expect(judged.guardrails.map(({ name }) => name)).not.toContain('failovers');
  });
});

describe('a dry run', () => {
  const slow = (dryRuns: Record<string, string>): Increments => {
    const row = { splitVersion: 9, candidateExposed: 100, stableExposed: 100, stableBad: 1, elapsedMs: 1000 };
    const counted = { short: [{ ...row, candidateBad: 100 }], long: [{ ...row, candidateBad: 100 }] };
    const { counters } = bothErr(0);
    const edges = ['p50', 'p90', 'p95', 'p99'].map((name) => [`slowdown/${name}`, counted] as const);
    const failovers = counters['latency']!;
    return { elapsedMs: 1000, dryRuns, counters: { ...counters, failovers, ...Object.fromEntries(edges) } };
  };
  const present = { splitVersion: 9, stage: 'canary-5', weight: 5, minExposures: 50 };

  it('takes nothing back for what it counted, says why, and does not keep a step from passing', () => {
    const dry = judgeLooks([slow({ slowdown: 'dry run: cold' })], plan, present);
    expect(dry.fail).toBe(false);
    expect(dry.notCounted).not.toContain('slowdown');
    expect(dry.guardrails.find(({ name }) => name === 'slowdown')).toMatchObject({
      note: 'dry run: cold',
    });
    expect(judgeLooks([slow({})], plan, present).fail).toBe(true);
  });

  it('leaves the looks before and after it as they are', () => {
    const looks = [slow({ slowdown: 'dry run: cold' }), slow({})];
    expect(judgeLooks(looks, plan, present).fail).toBe(true);
    expect(judgeLooks(looks.slice(0, 1), plan, present).fail).toBe(false);
  });
});

describe('the rules that a release began with', () => {
  const look = { ...bothErr(1), stage: 'canary-5' };
  const present = { splitVersion: 9, stage: 'canary-5', weight: 5, minExposures: 50 };
  const evidence = (rules: number) =>
    judgeStageLooks([look], { plan, rules }, present).guardrails[0]!.evidence;

  it('stay its rules', () => {
    expect(evidence(1)).not.toBeCloseTo(evidence(2), 3);
  });

  it('are a broken measurement where this program does not know them, and so is a stage of no plan', () => {
    const broken = expect.objectContaining({ code: 'broken_measurement' }) as Error;
    expect(() => evidence(3)).toThrow(broken);
    const elsewhere = { ...look, stage: 'canary-7' };
    expect(() => judgeStageLooks([elsewhere], { plan, rules: 2 }, present)).toThrow(broken);
    expect(() => judgeStageLooks([elsewhere], { plan, rules: 1 }, present)).not.toThrow();
  });
});

describe('a guardrail with a name of its own', () => {
  const present = { stage: 'canary-5', splitVersion: 9, weight: 5, minExposures: 50 };
  const row = { splitVersion: 9, candidateExposed: 500, candidateBad: 400, stableExposed: 500, stableBad: 0 };
  const slow = { ...row, elapsedMs: 60_000 };
  const look = { ...bothErr(0), counters: { 'latency:mine': { short: [slow], long: [slow] } } };
  const judged = (settings: object) =>
    judgeLooks([look], planSchema.parse({ guardrails: { mine: { kind: 'latency', ...settings } } }), present);
  const statusOf = (settings: object) => judged(settings).guardrails.find(({ name }) => name === 'mine')!;

  it('is judged by what is counted under it, and told of with its kind', () => {
    expect(judged({}).fail).toBe(true);
    expect(statusOf({})).toMatchObject({ kind: 'latency', candidateRate: 0.8, stableRate: 0 });
  });

  it('takes nothing back as a dry run, and shows what it would have', () => {
    expect(judged({ dryRun: true })).toMatchObject({ fail: false });
    expect(judged({ dryRun: true }).notCounted).not.toContain('mine');
    expect(statusOf({ dryRun: true })).toMatchObject({
      dryRun: true,
      note: expect.stringMatching(/^dry run/) as string,
    });
    expect(statusOf({ dryRun: true }).evidence).toBe(statusOf({}).evidence);
  });

  it('says nothing before it has its samples', () => {
    expect(judged({ minSamples: 501 }).fail).toBe(false);
    expect(judged({ minSamples: 500 }).fail).toBe(true);
  });

  it('needs the less evidence the larger its share is', () => {
    const few = { ...slow, candidateExposed: 6, candidateBad: 6, stableExposed: 20 };
    const fails = (share: number) =>
      judgeLooks(
        [{ ...look, counters: { 'latency:mine': { short: [few], long: [few] } } }],
        planSchema.parse({ guardrails: { mine: { kind: 'latency', share } } }),
        present,
      ).fail;
    expect([fails(0.1), fails(10)]).toEqual([false, true]);
  });
});

describe('a guardrail with segments', () => {
  const scope = { label: 'tenant', values: ['acme', 'initech'] };
  const scoped = planSchema.parse({ guardrails: { errors: { scope } } });
  const present = { splitVersion: 9, stage: 'canary-5', weight: 5, minExposures: 50 };
  const [acme, initech] = ['errors@tenant=acme', 'errors@tenant=initech'];
  const rowsOf = (candidateExposed: number, candidateBad: number, stableBad = 0) => {
    const row = { ...{ candidateExposed, candidateBad, stableExposed: 19 * candidateExposed, stableBad } };
    const rows = [{ ...row, splitVersion: 9, elapsedMs: 60_000 }];
    return { short: rows, long: rows };
  };
  /** In 1,000 requests of the candidate a tenth is acme's, where it errs often; stable errs in 1 of 100. */
  const look = (ofAcme = rowsOf(100, 15, 19)): Increments => ({
    ...bothErr(0),
    counters: { errors: rowsOf(1_000, 21, 190), [acme]: ofAcme, [initech]: { short: [], long: [] } },
  });
  const errorsOf = (judgement: ReturnType<typeof judgeLooks>) =>
    judgement.guardrails.find(({ name }) => name === 'errors')!;

  it('fails by what is bad in one of them, which the whole does not show, and says where', () => {
    const judged = judgeLooks([look()], scoped, present);
    expect(judged.fail).toBe(true);
    expect(judgeLooks([look()], plan, present).fail).toBe(false);
    const { segment, candidateRate } = errorsOf(judged);
    expect(segment).toMatchObject({
      name: 'tenant=acme',
      candidateRate: 0.15,
      stableRate: 0.01,
      leads: true,
    });
    expect(segment!.evidence).toBeGreaterThan(segment!.actsAt);
    expect(candidateRate).toBe(0.021);
  });

  it('says nothing of one that callers ask unevenly, and shows why', () => {
    const [ofAcme, ofInitech] = ['tenant=acme: callers sent ...', 'tenant=initech: callers sent ...'];
    const uneven = { ...look(), dryRuns: { [acme]: ofAcme } };
    const judged = judgeLooks([uneven], scoped, present);
    expect(judged.fail).toBe(false);
    expect(errorsOf(judged).segment!.evidence).toBeLessThan(1e-9);
    expect(errorsOf(judged).note).toBe(`${ofAcme}; not judged there`);
    const both = { ...look(), dryRuns: { [acme]: ofAcme, [initech]: ofInitech } };
    expect(errorsOf(judgeLooks([both], scoped, present)).note).toBe(
      `${ofAcme}; not judged there, nor in 1 more of its segments`,
    );
  });

  it('is not counted where gateways do not know of its segments, and says where nobody names one', () => {
    const { [acme]: _, [initech]: __, ...whole } = look().counters;
    expect(judgeLooks([{ ...look(), counters: whole }], scoped, present).notCounted).toContain('errors');
    expect(judgeLooks([look()], scoped, present).notCounted).not.toContain('errors');
    const unlabelled = judgeLooks([look({ short: [], long: [] })], scoped, present);
    expect(errorsOf(unlabelled).note).toBe(
      'no request is of its segments: they are named by x-sluice-label-tenant, with a key of the scope labels',
    );
  });
});
