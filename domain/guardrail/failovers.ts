import { z } from 'zod';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';
import type { RequestCourse } from './request-course.ts';

const settings = z.object(ruleFields);

/**
 * Answers that came from another target than the first of the chain: what was to be measured is not what answered. The
 * caller has an answer, and a provider that is away is not the candidate's failure: the step holds.
 */
export const failovers = badEventGuardrail({
  name: 'failovers',
  settings,
  planFields: {
    ratio: planRuleFields.ratio.default(2),
    floor: planRuleFields.floor.default(0.02),
    tolerance: planRuleFields.tolerance.default(2),
  },
  canBeOff: true,
  demanded: true,
  words: {
    subject: 'failovers',
    bad: 'Answers that came from another target than the first of the chain, which failed or was left alone. They hold the step; `off` leaves them unjudged.',
    holds: 'the step holds until the first target of its chain answers',
  },
  onAlarm: 'hold',
  // A provider is away for everybody: no subject brings it about, and its end must be seen by those who met it.
  observers: () => ({ failovers: { unit: 'request', badAfterMs: failedOverAfterMs } }),
  replayedBad: ({ attempts }) => attempts > 1,
  foreseen: { bad: ({ attempts }) => (attempts === undefined ? undefined : attempts > 1) },
});

/** Who called the provider itself does not tell of its chain. */
function failedOverAfterMs({ reported, answered }: RequestCourse): number | undefined {
  if (reported === true) return undefined;
  return answered?.failedOver === true ? answered.afterMs : Infinity;
}
