import { z } from 'zod';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';
import type { RequestCourse } from './request-course.ts';

const settings = z.object(ruleFields);

/** Requests that got no answer. */
export const errors = badEventGuardrail({
  name: 'errors',
  settings,
  planSchema: z
    .strictObject({
      ratio: planRuleFields.ratio.default(1.25),
      floor: planRuleFields.floor.default(0.0005),
      tolerance: planRuleFields.tolerance.default(2),
    })
    .prefault({}),
  words: { subject: 'errors', bad: 'Requests that got no answer.' },
  observers: () => ({ errors: { unit: 'subject', badAfterMs: errorAfterMs } }),
});

/** A request that has not ended when its total timer passes is an error then, not when somebody notices. */
function errorAfterMs({ failedAfterMs, ended, totalTimeoutMs }: RequestCourse): number {
  const failed = failedAfterMs ?? Infinity;
  return ended === undefined || ended.afterMs > totalTimeoutMs ? Math.min(failed, totalTimeoutMs) : failed;
}
