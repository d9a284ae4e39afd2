import fc from 'fast-check';
import { faultSentence, faultsOf } from '../../faults-of.ts';
import { planSchema } from '../../release/plan.ts';
import { digestOf } from '../../revision/digest.ts';
import { guardrailCounting, judgedGuardrails, judgedMeans } from '../registry.ts';
import { countedSegments } from './counted-segments.ts';
import { isCounter } from './counter-names.ts';
import { segmentsOf } from './said-labels.ts';

const scope = { label: 'tenant', values: ['acme', 'initech'] };
const baseline = { stableAnswerBuckets: [100, 500] };
const countingOf = (guardrails: unknown) => ({
  ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
  ...guardrailCounting(planSchema.parse({ guardrails }), baseline),
});
const faults = (guardrails: unknown): string[] => {
  const { error } = planSchema.safeParse({ guardrails });
  return error === undefined ? [] : faultsOf(error).map(faultSentence);
};

describe('the scope of a guardrail', () => {
  it('is all requests where nothing is said, and a plan without it keeps its digest and what gateways count', () => {
    const plan = planSchema.parse({});
    expect(JSON.stringify(plan)).not.toContain('scope');
    expect(countingOf({})).not.toHaveProperty('segments');
    expect(judgedGuardrails(plan).flatMap(({ segments }) => segments)).toEqual([]);
    const all = planSchema.parse({ guardrails: { errors: { scope: 'all' } } });
    expect(judgedGuardrails(all).flatMap(({ segments }) => segments)).toEqual([]);
    expect(digestOf(planSchema.parse({ guardrails: {} }))).toBe(digestOf(plan));
  });

  it('may be segments by a label, each with the counters of its guardrail', () => {
    const named = { 'first-word': { kind: 'slowdown', scope: { label: 'region', values: ['eu'] } } };
    const guardrails = { errors: { scope }, ...named };
    const judged = judgedGuardrails(planSchema.parse({ guardrails }));
    const of = (name: string) => judged.find((each) => each.name === name)?.segments;
    expect(of('errors')).toMatchObject([
      { name: 'tenant=acme', key: 'errors@tenant=acme', counters: [{ name: 'errors@tenant=acme' }] },
      { name: 'tenant=initech' },
    ]);
    expect(of('first-word')?.[0]?.counters.map(({ name }) => name)).toContain(
      'slowdown:first-word/p95@region=eu',
    );
    for (const { segments } of judged)
      for (const { counters } of segments)
        for (const { name } of counters) expect(isCounter(name)).toBe(true);
    expect(isCounter('manners@tenant=acme')).toBe(false);
  });

  it.each([
    [
      'a label without values',
      { errors: { scope: { label: 'tenant' } } },
      /scope\.values: names 1 to 20 values/,
    ],
    ['no value', { errors: { scope: { ...scope, values: [] } } }, /scope\.values: names 1 to 20 values/],
    ['a value twice', { errors: { scope: { ...scope, values: ['a', 'a'] } } }, /stands there twice/],
    ['a value with a space', { errors: { scope: { ...scope, values: ['a b'] } } }, /printable ASCII/],
    ['a label that is no name', { errors: { scope: { ...scope, label: 'Tenant' } } }, /lower-case letters/],
    ['a label alone', { errors: { scope: 'tenant' } }, /\{ label: tenant, values: \[acme, initech\] \}/],
    ['segments of scores', { score: { scope } }, /score\.scope: scores are judged on all answers alone/],
    ['segments of what holds', { failovers: { scope } }, /failovers\.scope: this kind is judged on all/],
    [
      'segments of what must never be',
      { refused: { scope, zeroTolerance: true } },
      /refused\.scope: with zero/,
    ],
    [
      'more than a look can judge',
      Object.fromEntries(
        Array.from({ length: 6 }, (_, i) => [
          `mine-${i}`,
          {
            kind: 'errors',
            scope: { label: 'tenant', values: Array.from({ length: 20 }, (__, k) => `v${k}`) },
          },
        ]),
      ),
      /at most 100 segments, not 120/,
    ],
  ])('is refused with %s', (_what, guardrails, sentence) => {
    expect(faults(guardrails)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('the segments that gateways count', () => {
  const counted = countedSegments(
    countingOf({ errors: { scope }, latency: { scope: { label: 'region', values: ['eu'] } } }),
  )!;

  it('are those of the labels that a request has, whatever else it says', () => {
    expect(counted.countersOf({ tenant: 'acme' })).toEqual(new Map([['errors', 'errors@tenant=acme']]));
    expect(counted.countersOf({ tenant: 'acme', region: 'eu', other: 'x' })).toEqual(
      new Map([
        ['errors', 'errors@tenant=acme'],
        ['latency', 'latency@region=eu'],
      ]),
    );
    expect(countedSegments(countingOf({}))).toBeUndefined();
  });

  it('are of means by the same labels', () => {
    const guardrails = {
      cost: { scope },
      dear: { kind: 'tokens', scope: { label: 'region', values: ['eu'] } },
    };
    const [cost] = judgedMeans(planSchema.parse({ guardrails }));
    expect(cost?.segments.map(({ key }) => key)).toEqual(['cost@tenant=acme', 'cost@tenant=initech']);
    const keys = countedSegments(countingOf(guardrails))!.keysOf({ tenant: 'initech', region: 'eu' });
    expect([...keys]).toEqual([
      ['cost', 'cost@tenant=initech'],
      ['dear', 'dear@region=eu'],
    ]);
    expect(countedSegments(countingOf(guardrails))!.keysOf({ tenant: 'hooli' }).size).toBe(0);
  });

  it('are never more than the plan names', () => {
    const known = new Set(counted.counters);
    expect(known.size).toBe(3);
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('tenant', 'region', 'acme', 'eu', '__proto__', 'toString'),
    );
    fc.assert(
      fc.property(fc.dictionary(word, word), (labels) => {
        for (const counter of counted.countersOf(labels)?.values() ?? [])
          expect(known.has(counter)).toBe(true);
      }),
    );
  });
});

it('the segments of a request are those of the plan alone, each once', () => {
  const { guardrails } = planSchema.parse({
    guardrails: { errors: { scope }, latency: { scope }, cost: { scope } },
  });
  expect(segmentsOf(guardrails, { tenant: 'acme', region: 'eu' })).toEqual(['tenant=acme']);
  expect(segmentsOf(guardrails, { tenant: 'hooli' })).toEqual([]);
  expect(segmentsOf(planSchema.parse({}).guardrails, { tenant: 'acme' })).toEqual([]);
});
