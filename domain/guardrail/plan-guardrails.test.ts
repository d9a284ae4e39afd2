import { faultSentence, faultsOf } from '../faults-of.ts';
import { planSchema } from '../release/plan.ts';
import { digestOf } from '../revision/digest.ts';
import { guardrailsSchema } from './plan-guardrails.ts';

const faults = (guardrails: unknown): string[] => {
  const { error } = planSchema.safeParse({ guardrails });
  return error === undefined ? [] : faultsOf(error, planSchema).map(faultSentence);
};

const arm = { bad: 'a', exposed: 'b' };
const metric = { kind: 'prometheus', candidate: arm, stable: arm };

describe('the guardrails of a plan', () => {
  it('are the same written as a list or by name, and have the digest that such a plan had before', () => {
    const byName = { latency: { slowerThan: '5s' }, failovers: 'off' };
    const list = [
      { name: 'latency', slowerThan: '5s' },
      { name: 'failovers', off: true },
    ];
    const named = guardrailsSchema.parse(byName);
    expect(guardrailsSchema.parse(list)).toEqual(named);
    expect(guardrailsSchema.parse(named)).toEqual(named);
    // As the code of 8656bb90 stored the default plan.
    expect(digestOf({ ...planSchema.parse({}), guardrails: guardrailsOf8656bb90 })).toBe(
      '97c014c7ea4f90876e2e0836bab90af9ce9ad08ebc29276cc35f88aa7e5b071a',
    );
    expect(guardrailsSchema.parse({})).toMatchObject(guardrailsOf8656bb90);
  });

  it('may be several of one kind, each under a name of its own', () => {
    const settings = guardrailsSchema.parse([
      { name: 'half-a-minute', kind: 'latency', slowerThan: '30s', dryRun: true },
      { name: 'latency', kind: 'latency', share: 2 },
    ]);
    expect(settings).toMatchObject({
      latency: { slowerThan: '10s', share: 2 },
      'half-a-minute': { kind: 'latency', slowerThan: '30s', ratio: 1.25, dryRun: true },
    });
    expect(settings['latency']).not.toHaveProperty('kind');
  });

  it.each([
    [
      'one that is there twice',
      [{ name: 'latency' }, { name: 'latency' }],
      /^guardrails\.1\.name: "latency"/,
    ],
    ['a kind under the name of another', [{ name: 'latency', kind: 'errors' }], /kind of its own/],
    ['a name that is no kind', [{ name: 'latancy' }], /^guardrails\.latancy\.kind: .*kinds are errors,/],
    ['the same by name', { latancy: {} }, /^guardrails\.latancy\.kind: .*kinds are errors,/],
    ['a kind that there is none of', { mine: { kind: 'manners' } }, /^guardrails\.mine\.kind: /],
    ['a name that is none', { 'Half a minute': { kind: 'latency' } }, /lower-case letters/],
    ['the name of a bound', { emergency: { kind: 'latency' } }, /^guardrails\.emergency: .*bound/],
    ['an entry without a name', [{ kind: 'latency' }], /^guardrails\.0\.name: /],
    [
      'a field of another kind',
      [{ name: 'mine', kind: 'errors', slowerThan: '1s' }],
      /^guardrails\.mine: "slowerThan" is no option of errors, but of latency$/,
    ],
    ['errors that are off', [{ name: 'errors', off: true }], /^guardrails\.errors: /],
    ['an own name that is off', [{ name: 'mine', kind: 'latency', off: true }], /leave it out/],
    ['no share', { latency: { share: 0 } }, /^guardrails\.latency\.share: /],
    ['no samples', { latency: { minSamples: 0 } }, /^guardrails\.latency\.minSamples: /],
    ['half a sample', { latency: { minSamples: 1.5 } }, /^guardrails\.latency\.minSamples: /],
    [
      'zero tolerance of slow answers',
      { latency: { zeroTolerance: true } },
      /^guardrails\.latency: "zeroTolerance" is no option of latency, but of .*\bevent\b/,
    ],
    [
      'segments of a metric',
      { mine: { ...metric, scope: { label: 'tenant', values: ['acme'] } } },
      /^guardrails\.mine\.scope: a metric has no segments of its own: name a guardrail for each, with the label in its queries/,
    ],
    [
      'segments of scores',
      { score: { scope: { label: 'tenant', values: ['acme'] } } },
      /^guardrails\.score\.scope: scores are judged on all answers alone: /,
    ],
    [
      'a slip of the pen',
      { latency: { slowerThen: '1s' } },
      /^guardrails\.latency: Unrecognized key: "slowerThen"; did you mean "slowerThan"\?$/,
    ],
    [
      'more than anybody reads',
      Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`mine-${i}`, { kind: 'latency' }])),
      /at most 50/,
    ],
    ['what is neither', 'none', /^guardrails: /],
  ])('refuse %s', (_what, guardrails, sentence) => {
    expect(faults(guardrails)).toEqual([expect.stringMatching(sentence)]);
  });
});

const guardrailsOf8656bb90 = {
  errors: { ratio: 1.25, floor: 0.0005, tolerance: 2 },
  latency: { ratio: 1.25, floor: 0.0005, tolerance: 2, slowerThan: '10s' },
  slowdown: { ratio: 1, floor: 0.005, tolerance: 2, times: 1.5625 },
  failovers: { ratio: 2, floor: 0.02, tolerance: 2 },
};
