import { assertKeepable } from './keepable.ts';
import { policySchema, shippedPolicy, tryoutPolicy } from './policy.ts';

const keep = (policy: object) => () => {
  assertKeepable(policySchema.parse(policy));
};

it.each([
  ['what Sluice ships', shippedPolicy],
  ['tryout', tryoutPolicy],
  ['every rule at its strictest', strictest()],
  ['a lease of one value', { lease: { min: '5m', max: '5m' }, maxBlind: { min: '1d', max: '1d' } }],
  ['a suite twice', { evaluation: { suites: [{ name: 'a' }, { name: 'a', minCases: 500 }], minCases: 9 } }],
])('takes %s', (_what, policy) => {
  expect(keep(policy)).not.toThrow();
});

/** What a plan can just give. */
function strictest(): object {
  return {
    evaluation: { minPassRate: 0.999, maxMargin: 0.001, minCases: 100_000 },
    mirror: { required: true, minPairs: 5000, maxMargin: 0.001 },
    steps: {
      ...{ minHold: '14d', minBake: '14d', maxFirstWeight: 0.01, minExposures: 1_000_000, minHoldback: 50 },
    },
    lease: { max: '1s' },
    maxBlind: { max: '1s' },
    guardrails: {
      ...{ maxRatio: 1, maxFloor: 0, minAlpha: 0.5, maxErrorRate: 0.001 },
      named: { latency: { maxSlowerThan: '1ms' }, slowdown: { maxTimes: 1 }, score: { maxMargin: 0 } },
    },
  };
}

it.each([
  ['steps.minHold', { steps: { minHold: '15d' } }],
  ['steps.minHold', { steps: { minHold: `${'9'.repeat(400)}d` } }],
  ['steps.minBake', { steps: { minBake: '15d' } }],
  ['steps.maxFirstWeight', { steps: { maxFirstWeight: 0.001 } }],
  ['lease.max', { lease: { max: '0s' } }],
  ['lease.min', { lease: { min: '2d', max: '3d' } }],
  ['settle.min', { settle: { min: '11m', max: '20m' } }],
  ['settleLong.min', { settleLong: { min: '2h', max: '3h' } }],
  ['settleLong.max', { settleLong: { min: '0s', max: '0s' } }],
  ['maxBlind.max', { maxBlind: { max: '500ms' } }],
  ['evaluation.minPassRate', { evaluation: { minPassRate: 1 } }],
  ['evaluation.maxMargin', { evaluation: { maxMargin: 0 } }],
  ['mirror.maxMargin', { mirror: { required: true, maxMargin: 0 } }],
  ['guardrails.maxErrorRate', { guardrails: { maxErrorRate: 0 } }],
  [
    'evaluation.suites',
    { evaluation: { suites: ['a', 'b'].map((c) => ({ name: 's', digest: c.repeat(64) })) } },
  ],
  ['guardrails.named.latancy', { guardrails: { named: { latancy: {} } } }],
  ['guardrails.named.errors.maxSlowerThan', { guardrails: { named: { errors: { maxSlowerThan: '1s' } } } }],
  ['guardrails.named.errors.maxMargin', { guardrails: { named: { errors: { maxMargin: 0.1 } } } }],
  ['guardrails.named.latency.maxTimes', { guardrails: { named: { latency: { maxTimes: 2 } } } }],
])('refuses what means something else than it says, naming %s: %j', (rule, policy) => {
  expect(keep(policy)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: expect.stringContaining(rule) as string,
    }) as Error,
  );
});
