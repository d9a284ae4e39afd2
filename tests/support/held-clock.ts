import { timerOn, type Clock } from '../../gateway/clock.ts';

/** Time that moves only when the test says so. */
export interface HeldClock extends Clock {
  /** Moves time on, calling back what falls due in order, and lets what that started go on. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still at `startMs` (monotonic and epoch alike) until it is moved. */
export function createHeldClock(startMs = 1_000_000): HeldClock {
  let now = startMs;
  const due = new Set<{ atMs: number; callback: () => void }>();
  const schedule: Clock['schedule'] = (delayMs, callback) => {
    const entry = { atMs: now + delayMs, callback };
    due.add(entry);
    return () => {
      due.delete(entry);
    };
  };
  return {
    nowMs: () => now,
    epochMs: () => now,
    schedule,
    timer: (delayMs, callback) => timerOn({ schedule }, delayMs, callback),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...due].filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        now = Math.max(now, next.atMs);
        next.callback();
        await new Promise(setImmediate);
      }
      now = until;
      await new Promise(setImmediate);
    },
  };
}
