import { z } from 'zod';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';
import { saysNothing, type RequestCourse } from './request-course.ts';

const settings = z.object(ruleFields);

/** Requests that got no answer. Its units are what a step is to show; `step_lacks` in the database knows them by this name. */
export const errors = badEventGuardrail({
  name: 'errors',
  settings,
  demanded: true,
  canHaveSegments: true,
  // Four tenths of alpha beside the six others of a plan that says nothing: docs/decisions/0070.
  shareByItself: 4,
  planFields: {
    ratio: planRuleFields.ratio.default(1.25),
    floor: planRuleFields.floor.default(0.0005),
    tolerance: planRuleFields.tolerance.default(2),
  },
  words: { subject: 'errors', bad: 'Requests that got no answer.' },
  observers: () => ({ errors: { unit: 'subject', badAfterMs: errorAfterMs } }),
  foreseen: {
    // Gateways fail over for an empty answer, and where none is left it is an error.
    bad: ({ failed, empty }) => failed || empty,
    base: ({ completed, failed }) => ({ bad: failed, units: completed + failed }),
  },
});

/**
 * A request that has not ended when its total timer passes is an error then, not when somebody notices. One whose end says
 * nothing is no unit: who leaves, or asks what cannot be answered, adds nothing good to either arm.
 */
function errorAfterMs(course: RequestCourse): number | undefined {
  const { failedAfterMs, ended, totalTimeoutMs } = course;
  if (saysNothing(course) && (ended?.afterMs ?? 0) <= totalTimeoutMs) return undefined;
  const failed = failedAfterMs ?? Infinity;
  return ended === undefined || ended.afterMs > totalTimeoutMs ? Math.min(failed, totalTimeoutMs) : failed;
}
