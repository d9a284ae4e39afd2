import { throwLater } from '../../../program/throw-later.ts';
import type { Clock } from '../../clock.ts';

/** In milliseconds: what is due within one width is done together, at its end. */
const bucketMs = 1_000;

/** Settles something not before it is due, and at most a second later, in the order in which it was asked for. */
export type SettleLater<T> = (dueMs: number, waiting: T) => void;

/**
 * One timer and one bucket for each second in which anything is due, that is for each second of start and horizon, however
 * many requests there are. What waits is handed to one function: a closure for each of them would be most of what a
 * gateway keeps.
 */
export function createSettleQueue<T>(
  clock: Clock,
  settle: (waiting: T) => void,
  onFailure: (error: unknown) => void = throwLater,
): SettleLater<T> {
  const buckets = new Map<number, T[]>();
  return (dueMs, waiting) => {
    const nowMs = clock.nowMs();
    // What is due already (a report after the fact) joins the others of this second.
    const atMs = Math.ceil(Math.max(dueMs, nowMs) / bucketMs) * bucketMs;
    const bucket = buckets.get(atMs);
    if (bucket !== undefined) {
      bucket.push(waiting);
      return;
    }
    buckets.set(atMs, [waiting]);
    clock.schedule(atMs - nowMs, () => {
      const due = buckets.get(atMs) ?? [];
      buckets.delete(atMs);
      for (const each of due) {
        try {
          settle(each);
        } catch (error) {
          onFailure(error); // One that fails must not take with it what else is due.
        }
      }
    });
  };
}
