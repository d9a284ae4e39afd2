import type { GuardrailCounterName } from '../../domain/arm-counts.ts';
import type { Counting } from '../../domain/split.ts';

/**
 * How a request ended. `left-…`: the caller went away, before any content or in the middle of it; `caller-fault`:
 * the request itself was wrong.
 */
export type Ending = 'completed' | 'failed' | 'left-unanswered' | 'left-midway' | 'caller-fault';

/** What happened to a request so far; all times in milliseconds after its start. */
export interface Course {
  readonly totalTimeoutMs: number;
  /** The admitting arm failed it. */
  failedAfterMs?: number;
  ended?: { readonly afterMs: number; readonly ending: Ending };
}

/** Was the request a bad event of the guardrail by `horizonMs` after its start? What happened later is not looked at. */
export function wasBadBy(
  course: Course,
  guardrail: GuardrailCounterName,
  horizonMs: number,
  counting: Counting,
): boolean {
  return (guardrail === 'errors' ? errorAfterMs(course) : slowAfterMs(course, counting.slowMs)) <= horizonMs;
}

/** A request that has not ended when its total timer passes is an error then, not when somebody notices. */
function errorAfterMs({ failedAfterMs, ended, totalTimeoutMs }: Course): number {
  const failed = failedAfterMs ?? Infinity;
  return ended === undefined || ended.afterMs > totalTimeoutMs ? Math.min(failed, totalTimeoutMs) : failed;
}

/**
 * An answer is slow from the moment on that the bound passes before its end. A caller who left without any answer
 * never got one: were that no bad event, callers' own time-outs would hide a model that hangs. Who leaves in the
 * middle of an answer has had enough of it.
 */
function slowAfterMs({ ended }: Course, slowMs: number): number {
  const answered = ended !== undefined && ended.ending !== 'left-unanswered' && ended.afterMs <= slowMs;
  return answered ? Infinity : slowMs;
}
