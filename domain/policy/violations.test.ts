import fc from 'fast-check';
import { guardrails } from '../guardrail/registry.ts';
import { hotfixPlan, mirrorSchema, planSchema, type Plan } from '../release/plan.ts';
import { roles } from '../access/roles.ts';
import { demandedApprovals } from './approvals.ts';
import { shippedInForce } from './in-force.ts';
import { releasePolicyOf } from './release-policy.ts';
import { policySchema, shippedPolicy, tryoutPolicy } from './policy.ts';
import type { PolicyQuestion } from './question.ts';
import { firstStableViolations, violations } from './violations.ts';

const cases = (count: number, prompt?: string) =>
  Array.from({ length: count }, (_, i) => ({ id: `case-${i}`, ...(prompt === undefined ? {} : { prompt }) }));
const suite = (name: string, tests: object[], digest = 'd'.repeat(64)) =>
  ({ name, digest, content: { tests } }) as PolicyQuestion['suites'][number];
const prompts = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { template: 'Hello' }]));

function question(change: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    plan: planSchema.parse({}),
    suites: [suite('smoke', cases(7))],
    revision: { prompts: prompts('answer') },
    requester: { role: 'releaser' },
    skips: [],
    ...change,
  };
}

const rulesOf = (...args: Parameters<typeof violations>) => violations(...args).map(({ rule }) => rule);

describe('the policy that Sluice ships', () => {
  const hotfix = {
    mirror: 'skip',
    steps: [
      { weight: 25, hold: '5m' },
      { weight: 100, hold: '10m' },
    ],
  };
  it.each([
    ['the default plan', {}],
    ['the hotfix plan', hotfix],
  ])('allows %s', (_what, plan) => {
    expect(violations(shippedPolicy, question({ plan: planSchema.parse(plan) }))).toEqual([]);
  });

  it('lets a hotfix hold for less, of whom it lets and who says why; and only where the plan is called that', () => {
    const hotfix = { reason: 'wrong opening hours' };
    const ask = (change: Partial<PolicyQuestion>) =>
      rulesOf(
        shippedPolicy,
        question({ plan: hotfixPlan, hotfix, requester: { role: 'operator' }, ...change }),
      );
    expect(ask({})).toEqual([]);
    expect(ask({ requester: { role: 'releaser' } })).toEqual(['hotfix.role']);
    expect(ask({ hotfix: {} })).toEqual(['hotfix.reason']);
    expect(ask({ hotfix: undefined })).toEqual(['evaluation.allCases', 'steps.minHold']);
    const shorter = { ...hotfixPlan, steps: hotfixPlan.steps.map((step) => ({ ...step, hold: '10s' })) };
    expect(ask({ plan: shorter })).toEqual(['steps.minHold']);
  });

  it('lets critical cases alone judge a hotfix, unless an admin demands all, and no other plan', () => {
    const plan = planSchema.parse({ evaluate: { only: 'critical' } });
    const hotfix = { reason: 'wrong opening hours' };
    const asked = { plan, hotfix, requester: { role: 'operator' as const } };
    expect(rulesOf(shippedPolicy, question({ plan }))).toEqual(['evaluation.allCases']);
    expect(rulesOf(shippedPolicy, question(asked))).toEqual([]);
    // It holds as long as any: for its cases it is a hotfix all the same.
    expect(rulesOf(shippedPolicy, question({ ...asked, hotfix: {} }))).toEqual(['hotfix.reason']);
    expect(releasePolicyOf(shippedInForce(), question(asked)).hotfix).toEqual(hotfix);
    const strict = policySchema.parse({ hotfix: { evaluation: 'all' } });
    expect(rulesOf(strict, question(asked))).toEqual(['evaluation.allCases']);
  });

  it('keeps that a release was a hotfix, and why, only where it needed to be one', () => {
    const kept = (plan: Plan) =>
      releasePolicyOf(
        shippedInForce(),
        question({ plan, hotfix: { reason: 'hours' }, requester: { role: 'operator' } }),
      );
    expect(kept(hotfixPlan).hotfix).toEqual({ reason: 'hours' });
    expect(kept(planSchema.parse({})).hotfix).toBeUndefined();
  });

  it('counts the guard as the last step going on, and demands one where it is told to', () => {
    const plan = planSchema.parse({
      steps: [
        { weight: 5, hold: '30m' },
        { weight: 100, hold: '1m' },
      ],
      guard: '60m',
    });
    expect(rulesOf(shippedPolicy, question({ plan }))).toEqual([]);
    const strict = policySchema.parse({ steps: { minGuard: '24h' } });
    expect(rulesOf(strict, question({ plan }))).toEqual(['steps.minGuard']);
    expect(rulesOf(strict, question({ plan: { ...plan, guard: '24h' } }))).toEqual([]);
    expect(rulesOf(strict, question({ plan: { ...plan, guard: '24h', holdback: 0 } }))).toContain(
      'steps.minGuard',
    );
    expect(rulesOf(strict, question())).toEqual(['steps.minGuard']);
  });

  it('refuses the plan that served everybody at once, and says all that is wrong with it', () => {
    const plan = planSchema.parse({
      ...{ evaluate: 'skip', mirror: 'skip', lease: '1d' },
      steps: [{ weight: 100, hold: '0s' }],
    });
    expect(rulesOf(shippedPolicy, question({ plan }))).toEqual([
      ...['evaluation.required', 'steps.maxFirstWeight', 'steps.minHold', 'steps.minBake', 'lease.max'],
    ]);
  });

  it.each([
    ['no suites at all', { suites: [] }, ['evaluation.minCases', 'evaluation.everyPrompt']],
    [
      'a suite without cases',
      { suites: [suite('s', [])] },
      ['evaluation.minCases', 'evaluation.everyPrompt'],
    ],
    ['suites that the plan leaves out', { plan: evaluated({ suites: ['other'] }) }, ['evaluation.minCases']],
    ['a pass rate of nothing', { plan: evaluated({ minPassRate: 0.1 }) }, ['evaluation.minPassRate']],
    ['a margin of everything', { plan: evaluated({ margin: 1 }) }, ['evaluation.maxMargin']],
    [
      'a guardrail that lets all pass',
      { plan: guarded({ ratio: 20, floor: 0.5 }) },
      ['guardrails.errors.floor'],
    ],
    ['an alpha that never fails', { plan: planSchema.parse({ alpha: 0.0001 }) }, ['guardrails.minAlpha']],
    // What fails after ten milliseconds would not be seen by the first, and what fails at all not for ten minutes by the other.
    [
      'requests settled at once',
      { plan: planSchema.parse({ settle: '10ms', settleLong: '10ms' }) },
      ['settleLong.min'],
    ],
    [
      'requests settled late',
      { plan: planSchema.parse({ settle: '10m', settleLong: '1h' }) },
      ['settle.max', 'settleLong.max'],
    ],
    ['a blindness of a day', { plan: planSchema.parse({ maxBlind: '1d' }) }, ['maxBlind.max']],
  ])('refuses %s', (_what, change: Partial<PolicyQuestion>, expected) => {
    expect(rulesOf(shippedPolicy, question(change))).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    [{}, undefined, []],
    [{ weight: 26 }, undefined, ['steps.maxAudienceWeight']],
    [{ weight: 26 }, 50, []],
    [{ weight: 1 }, 0, ['steps.maxAudienceWeight']],
    [{ hold: '1m' }, undefined, ['steps.minHold']],
    [{ minExposures: 9 }, undefined, ['steps.minExposures']],
  ])(
    'bounds an audience %j as if it were everybody, where it allows %s of it: %j',
    (more, allowed, expected) => {
      const plan = planSchema.parse({ audience: { subjects: ['ada'], hold: '5m', ...more } });
      const steps = {
        ...shippedPolicy.steps,
        ...(allowed === undefined ? {} : { maxAudienceWeight: allowed }),
      };
      expect(rulesOf({ ...shippedPolicy, steps }, question({ plan }))).toEqual(expected);
    },
  );

  it('has an audience approved as if it were everybody', () => {
    const plan = planSchema.parse({ audience: { subjects: ['ada'], hold: '5m' } });
    const demanded = (fromWeight: number, of = plan) =>
      demandedApprovals({ steps: [{ fromWeight, count: 2 }], role: 'operator', expires: '24h' }, of)?.stages;
    expect(demanded(25)?.[0]).toEqual({ stage: 'audience', weight: 0, count: 2 });
    expect(demanded(26)?.map(({ stage }) => stage)).toEqual(['canary-100']);
    const own = planSchema.parse({ audience: { subjects: ['ada'], hold: '5m', approvals: 1 } });
    expect(demanded(100, own)?.[0]).toEqual({ stage: 'audience', weight: 0, count: 1 });
  });

  it.each([
    ['releaser', 'in a hurry', ['skip.evaluation']],
    ['operator', 'in a hurry', ['skip.evaluation']],
    ['admin', ' ', ['skip.evaluation.reason']],
    ['admin', undefined, ['skip.evaluation.reason']],
    ['admin', 'served like this for years', []],
  ] as const)('lets an %s skip the evaluation because of "%s": %j', (role, reason, expected) => {
    const skips = [{ gate: 'evaluation', reason }] as const;
    const plan = planSchema.parse({ evaluate: 'skip' });
    expect(rulesOf(shippedPolicy, question({ plan, requester: { role }, skips }))).toEqual(expected);
    expect(firstStableViolations(shippedPolicy, question({ plan, requester: { role }, skips }))).toHaveLength(
      expected.length,
    );
  });
});

function evaluated(evaluate: object): Plan {
  return planSchema.parse({ evaluate });
}

function guarded(errors: object): Plan {
  return planSchema.parse({ guardrails: { errors } });
}

describe('a case for every prompt', () => {
  const revision = { prompts: prompts('answer', 'summarise'), defaultPrompt: 'answer' };
  const missing = (suites: PolicyQuestion['suites']) =>
    violations(shippedPolicy, question({ revision, suites })).map(({ rule, given }) => [rule, given]);

  it('is missed where only the default prompt is asked', () => {
    expect(missing([suite('s', cases(3))])).toEqual([['evaluation.everyPrompt', 'none for summarise']]);
  });

  it('is there where a suite, or a case, names the prompt', () => {
    expect(missing([suite('s', [...cases(3), ...cases(1, 'summarise')])])).toEqual([]);
    const other = { ...suite('t', cases(1)), content: { prompt: 'summarise', tests: cases(1) } };
    expect(missing([suite('s', cases(3)), other as never])).toEqual([]);
  });

  it('has no default where there are several and none is named', () => {
    const several = { prompts: revision.prompts };
    expect(rulesOf(shippedPolicy, question({ revision: several }))).toEqual(['evaluation.everyPrompt']);
  });
});

describe('a suite that is demanded', () => {
  const digest = 'a'.repeat(64);
  const policy = policySchema.parse({ evaluation: { suites: [{ name: 'intents', digest, minCases: 5 }] } });
  it.each([
    ['is there', suite('intents', cases(5), digest), []],
    ['has another name', suite('smoke', cases(5), digest), ['evaluation.suites']],
    ['has another content', suite('intents', cases(5)), ['evaluation.suites']],
    ['has too few cases', suite('intents', cases(4), digest), ['evaluation.suites']],
  ])('%s', (_what, given, expected) => {
    expect(rulesOf(policy, question({ suites: [given] }))).toEqual(expected);
  });
});

it('counts no more pairs of a mirror than there are samples to make them of', () => {
  const policy = policySchema.parse({ mirror: { required: true, minPairs: 100 } });
  // As it was published when nothing held the two together.
  const plan = { ...planSchema.parse({}), mirror: { ...mirrorSchema.parse({}), samples: 15, minPairs: 100 } };
  expect(violations(policy, question({ plan }))).toEqual([
    expect.objectContaining({ rule: 'mirror.minPairs', given: '15' }),
  ]);
});

it('sees a guardrail that is off where the policy names it', () => {
  const plan = { ...planSchema.parse({}), guardrails: { errors: 'off' as const } };
  const off = guardrails.flatMap(({ name, demanded }) => (demanded ? [`guardrails.${name}`] : []));
  expect(rulesOf(shippedPolicy, question({ plan })).sort()).toEqual(off.sort());
  const loose = planSchema.parse({ guardrails: { slowdown: { times: 10 }, failovers: 'off' } });
  expect(rulesOf(shippedPolicy, question({ plan: loose })).sort()).toEqual([
    'guardrails.failovers',
    'guardrails.slowdown.times',
  ]);
});

it('sees a demanded guardrail that is on and can say nothing', () => {
  const given = (latency: object, more: object = {}) =>
    rulesOf(shippedPolicy, question({ plan: planSchema.parse({ guardrails: { latency, ...more } }) }));
  expect(given({ dryRun: true })).toEqual(['guardrails.latency.dryRun']);
  expect(given({ minSamples: 1001 })).toEqual(['guardrails.latency.minSamples']);
  const loud = Object.fromEntries([1, 2, 3].map((i) => [`loud-${i}`, { kind: 'errors', share: 10 }]));
  expect(given({ share: 0.1 }, loud)).toEqual(['guardrails.latency.share']);
  // Half of it is its segments', which may be of nobody.
  const scope = { label: 'tenant', values: ['nobody'] };
  expect(given({ share: 0.5 }, loud)).toEqual([]);
  expect(given({ share: 0.5, scope }, loud)).toEqual(['guardrails.latency.share']);
  expect(given({ share: 0.5, minSamples: 1000 }, { mine: { kind: 'latency', dryRun: true } })).toEqual([]);
});

it('sees a mean whose margin is wider than the policy allows', () => {
  const strict = policySchema.parse({ guardrails: { named: { score: { maxMargin: 0.01 } } } });
  const given = (score: object | 'off') =>
    rulesOf(strict, question({ plan: planSchema.parse({ guardrails: { score } }) }));
  expect(given({ margin: 0.02 })).toEqual(['guardrails.score.margin']);
  expect(given({ margin: 0.01 })).toEqual([]);
  expect(given('off')).toEqual(['guardrails.score']);
});

it('the tryout policy lets seconds and one step pass, and a releaser skip with a reason', () => {
  const plan = planSchema.parse({
    ...{ evaluate: 'skip', mirror: 'skip', lease: '6s' },
    steps: [{ weight: 100, hold: '2s', minExposures: 5 }],
  });
  expect(violations(tryoutPolicy, question({ plan, suites: [] }))).toEqual([]);
});

/** A plan by its weaknesses: every number is worse the larger it is, 0..1. */
const axes = [
  ...['weight', 'hold', 'bake', 'exposures', 'holdback', 'lease', 'blind', 'ratio', 'floor', 'slow'],
  ...['alpha', 'errorRate', 'passRate', 'margin', 'pairs', 'mirrorMargin', 'cases', 'late', 'soon'],
] as const;
type Weakness = Record<(typeof axes)[number], number>;

function weakQuestion(weak: Weakness, role: (typeof roles)[number]): PolicyQuestion {
  const seconds = (most: number, by: number) => `${Math.round(most * (1 - by))}s`;
  const between = (least: number, most: number, by: number) => least + (most - least) * by;
  const plan = planSchema.parse({
    evaluate: { minPassRate: between(0.999, 0.001, weak.passRate), margin: between(0.001, 1, weak.margin) },
    mirror: {
      samples: 200,
      minPairs: Math.round(between(200, 1, weak.pairs)),
      margin: between(0.001, 1, weak.mirrorMargin),
    },
    steps: [
      {
        weight: Math.round(between(1, 50, weak.weight)),
        hold: seconds(3600, weak.hold),
        minExposures: Math.round(between(100, 1, weak.exposures)),
      },
      { weight: 100, hold: seconds(3600, weak.bake) },
    ],
    holdback: Math.round(between(20, 0, weak.holdback)),
    guardrails: {
      errors: { ratio: between(1, 20, weak.ratio), floor: between(0.0005, 0.3, weak.floor) },
      latency: { slowerThan: `${Math.round(between(1, 100, weak.slow))}s` },
    },
    alpha: between(0.5, 0.001, weak.alpha),
    absolute: {
      errorRate: between(0.001, 0.5, weak.errorRate),
      emergencyRate: between(0.5, 0.99, weak.errorRate),
    },
    lease: `${Math.round(between(60, 600, weak.lease))}s`,
    maxBlind: `${Math.round(between(10, 3600, weak.blind))}s`,
    settle: `${Math.round(between(1, 600, weak.late))}s`,
    settleLong: `${Math.round(between(600, 1, weak.soon))}s`,
  });
  const tests = cases(Math.round(between(50, 1, weak.cases)));
  return question({ plan, suites: [suite('smoke', tests)], requester: { role } });
}

const rate = fc.double({ min: 0, max: 1, noNaN: true });
const weaknesses = fc.record(Object.fromEntries(axes.map((axis) => [axis, rate]))) as fc.Arbitrary<Weakness>;
const policies = fc
  .record({
    ...{ cases: fc.integer({ min: 1, max: 60 }), pass: rate, margin: rate, pairs: fc.nat(199), first: rate },
    ...{ hold: fc.nat(4000), bake: fc.nat(4000), exposures: fc.nat(99), holdback: fc.nat(30) },
    ...{ lease: fc.nat(700), blind: fc.nat(4000), ratio: fc.double({ min: 1, max: 20, noNaN: true }) },
    ...{ floor: rate, alpha: fc.double({ min: 0, max: 0.5, noNaN: true }), errorRate: rate },
  })
  .map((rules) =>
    policySchema.parse({
      evaluation: { minCases: rules.cases, minPassRate: rules.pass, maxMargin: rules.margin },
      mirror: { required: true, minPairs: rules.pairs + 1, maxMargin: rules.margin },
      steps: {
        ...{ maxFirstWeight: 1 + 50 * rules.first, minHold: `${rules.hold}s`, minBake: `${rules.bake}s` },
        ...{ minExposures: rules.exposures + 1, minHoldback: rules.holdback },
      },
      lease: { max: `${rules.lease}s` },
      maxBlind: { max: `${rules.blind}s` },
      settle: { max: `${rules.lease}s` },
      settleLong: { min: `${rules.lease}s`, max: '1h' },
      guardrails: {
        ...{ maxRatio: rules.ratio, maxFloor: rules.floor, minAlpha: rules.alpha },
        ...{ maxErrorRate: rules.errorRate, named: { latency: { maxSlowerThan: `${rules.blind % 90}s` } } },
      },
    }),
  );

it('never finds less in a weaker release (invariant 27)', () => {
  fc.assert(
    fc.property(policies, weaknesses, fc.constantFrom(...axes), rate, (policy, weak, axis, more) => {
      const weaker = { ...weak, [axis]: Math.max(weak[axis], more) };
      const before = new Set(rulesOf(policy, weakQuestion(weak, 'releaser')));
      const after = new Set(rulesOf(policy, weakQuestion(weaker, 'releaser')));
      expect([...before].filter((rule) => !after.has(rule))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('never allows what leaves a demanded gate out, whatever else the plan says', () => {
  fc.assert(
    fc.property(
      policies,
      weaknesses,
      fc.constantFrom('evaluate', 'mirror'),
      fc.constantFrom(...roles),
      (policy, weak, gate, role) => {
        const asked = weakQuestion(weak, role);
        expect(violations(policy, { ...asked, plan: { ...asked.plan, [gate]: 'skip' } })).not.toEqual([]);
      },
    ),
  );
});

it('what one role may skip, every role above it may', () => {
  fc.assert(
    fc.property(policies, fc.nat(2), fc.nat(3), (policy, low, by) => {
      const skips = [{ gate: 'evaluation', reason: 'a reason' }] as const;
      const found = (index: number) =>
        rulesOf(policy, question({ skips, requester: { role: roles[Math.min(index, 3)] ?? 'admin' } }));
      if (!found(low).includes('skip.evaluation')) expect(found(low + by)).not.toContain('skip.evaluation');
    }),
  );
});
