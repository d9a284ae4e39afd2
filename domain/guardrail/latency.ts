import { z } from 'zod';
import { durationMs, durationSchema, durationWithin } from '../duration.ts';
import { latencyBucketOf } from './latency-buckets.ts';
import { badEventGuardrail, planRuleFields, ruleFields } from './guardrail.ts';
import { saysNothing, type RequestCourse } from './request-course.ts';

const settings = z.object({ ...ruleFields, slowerThan: durationSchema });
const countingSchema = z.object({ slowMs: z.number() });

/** Requests that took longer than an absolute bound. */
export const latency = badEventGuardrail({
  name: 'latency',
  settings,
  demanded: true,
  canHaveSegments: true,
  planFields: {
    ratio: planRuleFields.ratio.default(1.25),
    floor: planRuleFields.floor.default(0.0005),
    tolerance: planRuleFields.tolerance.default(2),
    slowerThan: durationWithin('1ms', '1h').default('10s'),
  },
  words: { subject: 'latency', bad: 'Requests that took longer than `slowerThan`.' },
  callersDecide: true,
  counting: ({ slowerThan }) => ({ slowMs: durationMs(slowerThan) }),
  boundMs: ({ slowerThan }) => durationMs(slowerThan),
  foreseen: {
    bad: ({ latencyMs }, stored) =>
      latencyMs === undefined ? undefined : latencyMs > durationMs(settings.parse(stored).slowerThan),
    base({ latencyBuckets }, stored) {
      // That of the bound counts as slow: an answer in it may be either.
      const slowFrom = latencyBucketOf(durationMs(settings.parse(stored).slowerThan));
      const sum = (buckets: readonly number[]): number => buckets.reduce((total, count) => total + count, 0);
      return { bad: sum(latencyBuckets.slice(slowFrom)), units: sum(latencyBuckets) };
    },
  },
  observers(counting) {
    const known = countingSchema.safeParse(counting);
    if (!known.success) return {};
    const { slowMs } = known.data;
    return { latency: { unit: 'subject', badAfterMs: (course) => slowAfterMs(course, slowMs) } };
  },
});

/**
 * An answer is slow from the moment on that the bound passes before its end. A request that its arm failed had its end
 * then: what stable did in its place afterwards is not the candidate's time, else an outage that meets both arms made the
 * candidate slow, whose failures are asked twice. A caller who left before that without any answer says nothing: it can make
 * no good model a slow one, and the share of those who leave keeps one that hangs from passing (callers-word.ts). Who leaves
 * in the middle of an answer has had enough of it.
 */
function slowAfterMs(course: RequestCourse, slowMs: number): number | undefined {
  const endedAfterMs = course.failedAfterMs ?? course.ended?.afterMs ?? Infinity;
  if (endedAfterMs > slowMs) return slowMs;
  return saysNothing(course) ? undefined : Infinity;
}
