import fc from 'fast-check';
import { planSchema } from '../../../domain/release/plan.ts';
import { requireJudgeable, requireJudged } from './dry-run.ts';

/** What is refused, and what a refusal names. */
const outOfBounds: [string, object][] = [
  ['guardrails.errors.floor', { guardrails: { errors: { floor: 1 } } }],
  ['guardrails.failovers.floor', { guardrails: { failovers: { floor: 0.9 } } }],
  ['guardrails.latency.ratio', { guardrails: { latency: { ratio: 1000 } } }],
  ['guardrails.latency.slowerThan', { guardrails: { latency: { slowerThan: '25d' } } }],
  ['alpha', { alpha: 1e-300 }],
  ['lease', { lease: '30d' }],
  ['lease', { lease: '0s' }],
  ['maxPause', { maxPause: '25d' }],
  ['maxBlind', { maxBlind: '9999999999999d' }],
  ['settle', { settle: '0ms' }],
  ['maxHold', { maxHold: '25d' }],
  ['steps.0.hold', { steps: [{ weight: 100, hold: '30d' }] }],
  [
    'steps.0.weight',
    {
      steps: [
        { weight: 0.001, hold: '1m' },
        { weight: 100, hold: '1m' },
      ],
    },
  ],
  ['steps.0.minExposures', { steps: [{ weight: 100, hold: '1m', minExposures: 1e300 }] }],
  ['evaluate.minPassRate', { evaluate: { minPassRate: 1 } }],
  ['evaluate.margin', { evaluate: { margin: 0 } }],
  ['evaluate.minPassRate', { evaluate: { minPassRate: 1e-300 } }],
  ['evaluate.maxRepeats', { evaluate: { maxRepeats: 1.5 } }],
  ['mirror.samples', { mirror: { samples: 29 } }],
  ['mirror.samples', { mirror: { samples: 10, minPairs: 5000 } }],
  ['holdback', { holdback: 1e-300 }],
  ['guardrails.errors.floor', { confidence: true, guardrails: { errors: { floor: 0 } } }],
  ['guardrails.slowdown.floor', { confidence: true, guardrails: { slowdown: { floor: 1e-7 } } }],
  ['mirror.maxWait', { mirror: { maxWait: '25d' } }],
  ['absolute.errorRate', { absolute: { errorRate: 0 } }],
  ['absolute.emergencyRate', { absolute: { emergencyRate: 1 } }],
  ['absolute.emergencyRate', { absolute: { errorRate: 0.9, emergencyRate: 0.5 } }],
];

/** As it stands in the database when it was published without bounds. */
const stored = (change: object) => ({ ...planSchema.parse({}), ...change });

describe('a plan for a new release', () => {
  it.each(outOfBounds)(
    'is refused, naming %s, by the schema and by the dry run alike: %j',
    (field, change) => {
      expect(planSchema.safeParse(change).success).toBe(false);
      expect(() => {
        requireJudgeable(stored(change), 'hasty');
      }).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          message: expect.stringContaining(field) as string,
        }) as Error,
      );
    },
  );

  it('can be judged wherever it is within its bounds', () => {
    const between = (least: number, most: number) =>
      fc.oneof(fc.constantFrom(least, most), fc.double({ min: least, max: most, noNaN: true }));
    const ruleOf = (leastFloor: number) =>
      fc.record({ ratio: between(1, 20), floor: between(leastFloor, 0.5), tolerance: between(1, 20) });
    /** What was to be shown never is with a floor of nothing. */
    const judged = (confidence: boolean) => {
      const rule = ruleOf(confidence ? 0.0001 : 0);
      const failovers = fc.oneof(fc.constant('off' as const), rule);
      return fc.record({
        confidence: fc.constant(confidence),
        guardrails: fc.record({ errors: rule, latency: rule, failovers }),
      });
    };
    const hold = fc.constantFrom('0s', '1ms', '30m', '14d');
    const steps = fc.uniqueArray(fc.integer({ min: 1, max: 4999 }), { minLength: 0, maxLength: 3 });
    const plans = fc.record({
      steps: fc.tuple(steps, hold).map(([weights, each]) =>
        [...weights.sort((a, b) => a - b).map((weight) => weight / 100), 100].map((weight) => ({
          weight,
          hold: each,
          minExposures: 1,
        })),
      ),
      holdback: fc.constantFrom(0, 0.01, 5, 50),
      alpha: between(0.0001, 0.5),
      absolute: fc.record({ errorRate: between(0.001, 0.5), emergencyRate: between(0.5, 0.99) }),
      maxHold: hold,
      settle: fc.constantFrom('10ms', '10m'),
    });
    fc.assert(
      fc.property(plans, fc.oneof(judged(true), judged(false)), (plan, rules) => {
        requireJudgeable(planSchema.parse({ ...plan, ...rules }), 'any');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a plan of before', () => {
  it('goes on where it can be judged, whatever the bounds are now', () => {
    requireJudged(stored({ lease: '20d', maxPause: '60d' }), 'older');
  });

  it.each([
    [{ guardrails: { errors: { ratio: 1.25, floor: 1, tolerance: 2 } } }, 'floor'],
    [{ alpha: 1e-320 * 0 }, 'alpha'],
    [{ alpha: 1e-300, guardrails: {} }, 'guardrail'],
    [
      { confidence: true, guardrails: { errors: { ratio: 1.25, floor: 0, tolerance: 2 } } },
      'raise the `floor`',
    ],
  ])('is refused where the judge cannot judge it: %j', (change, why) => {
    expect(() => {
      requireJudged(stored(change), 'older');
    }).toThrow(why);
  });
});
