import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';
import type { ArmQuestion } from './guardrail.ts';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';

const querySchema = z.string().trim().min(1).max(4_000);
/** A rate over the time since the look before, which stands for this word: no event is then in two looks, or in none. */
const windowWord = '$window';
const rateSchema = querySchema.refine(
  (query) => query.includes(windowWord),
  `has \`[${windowWord}]\` where a range stands: the time since the look before`,
);
/** Of an arm, in PromQL: counters, which only grow, or how many there are a second. */
const armSchema = z.union([
  z.strictObject({ bad: querySchema, exposed: querySchema }),
  z.strictObject({ badPerSecond: rateSchema, exposedPerSecond: rateSchema }),
]);
const pairFields = { source: nameSchema, candidate: armSchema, stable: armSchema };

const settings = z.object({ ...ruleFields, ...pairFields, zeroExpected: z.boolean().exactOptional() });

/**
 * What a Prometheus knows of both arms, asked with each look: events that gateways do not see. Units are what the queries
 * count. No gateway counts it; what cannot be asked holds the step.
 */
export const prometheus = badEventGuardrail({
  name: 'prometheus',
  settings,
  onlyNamed: true,
  // A matcher that is put into somebody's PromQL is sound only where all of it is understood.
  noSegments:
    'a metric has no segments of its own: name a guardrail for each, with the label in its queries, as `{arm="candidate", tenant="acme"}`, and a `share` for each',
  planFields: {
    ratio: planRuleFields.ratio.default(1.25),
    floor: planRuleFields.floor.default(0.005),
    tolerance: planRuleFields.tolerance.default(2),
    source: nameSchema.default('prometheus'),
    zeroExpected: z.boolean().default(false).meta({
      description: 'That `bad` was never above 0 in either arm is as it should be, and no missing data',
    }),
    candidate: armSchema,
    stable: armSchema,
  },
  words: {
    subject: 'a metric',
    bad: 'What the PromQL queries of both arms count as `bad`, of what they count as `exposed`.',
  },
  observers: () => ({}),
  asks: ({ source, candidate, stable, zeroExpected }) => ({
    ...{ source, candidate: questionOf(candidate), stable: questionOf(stable), zeroExpected },
  }),
});

function questionOf(arm: z.infer<typeof armSchema>): ArmQuestion {
  if ('bad' in arm) return arm;
  return { bad: arm.badPerSecond, exposed: arm.exposedPerSecond, window: windowWord };
}
