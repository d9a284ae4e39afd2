import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';

const querySchema = z.string().trim().min(1).max(4_000);
/** An arm's counters, in PromQL: numbers that only grow. */
const armSchema = z.strictObject({ bad: querySchema, exposed: querySchema });
const pairFields = { source: nameSchema, candidate: armSchema, stable: armSchema };

const settings = z.object({ ...ruleFields, ...pairFields });

/**
 * What a Prometheus knows of both arms, asked with each look: events that gateways do not see. Units are what the queries
 * count. No gateway counts it; what cannot be asked holds the step.
 */
export const prometheus = badEventGuardrail({
  name: 'prometheus',
  settings,
  onlyNamed: true,
  planFields: {
    ratio: planRuleFields.ratio.default(1.25),
    floor: planRuleFields.floor.default(0.005),
    tolerance: planRuleFields.tolerance.default(2),
    source: nameSchema.default('prometheus'),
    candidate: armSchema,
    stable: armSchema,
  },
  words: {
    subject: 'a metric',
    bad: 'What the PromQL queries of both arms count as `bad`, of what they count as `exposed`.',
  },
  observers: () => ({}),
  asks: ({ source, candidate, stable }) => ({ source, candidate, stable }),
});
