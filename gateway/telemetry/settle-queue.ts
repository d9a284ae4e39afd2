import { throwLater } from '../../program/throw-later.ts';
import type { Clock } from '../clock.ts';

/** In milliseconds: what is due within one width is done together, at its end. */
const bucketMs = 1_000;

/** Does something not before it is due, and at most a second later, in the order in which it was asked for. */
export type SettleLater = (dueMs: number, settle: () => void) => void;

/**
 * One timer and one bucket for each second in which anything is due, that is for each second of start and horizon, however
 * many requests there are.
 */
export function createSettleQueue(
  clock: Clock,
  onFailure: (error: unknown) => void = throwLater,
): SettleLater {
  const buckets = new Map<number, (() => void)[]>();
  return (dueMs, settle) => {
    const nowMs = clock.nowMs();
    // What is due already (a report after the fact) joins the others of this second.
    const atMs = Math.ceil(Math.max(dueMs, nowMs) / bucketMs) * bucketMs;
    const bucket = buckets.get(atMs);
    if (bucket !== undefined) {
      bucket.push(settle);
      return;
    }
    buckets.set(atMs, [settle]);
    clock.schedule(atMs - nowMs, () => {
      const due = buckets.get(atMs) ?? [];
      buckets.delete(atMs);
      for (const each of due) attempt(each, onFailure);
    });
  };
}

/** One that fails must not take with it what else is due. */
function attempt(settle: () => void, onFailure: (error: unknown) => void): void {
  try {
    settle();
  } catch (error) {
    onFailure(error);
  }
}
