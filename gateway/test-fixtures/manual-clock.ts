import { timerOn, type Clock } from '../clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass at once: what is due happens in its order. */
  advance(ms: number): void;
  /** The same, but that what a callback started goes on before the next one is due. */
  pass(ms: number): Promise<void>;
  /** How many timers are waiting. */
  pending(): number;
  /** How many were ever started. */
  scheduled(): number;
}

/** A clock that stands still until a test lets time pass. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let scheduled = 0;
  const waiting = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  const schedule: Clock['schedule'] = (delayMs, callback) => {
    const entry = { atMs: nowMs + delayMs, callback };
    waiting.add(entry);
    scheduled += 1;
    return () => {
      waiting.delete(entry);
    };
  };
  /** Calls back what is due next until then; false where nothing is. */
  const callNext = (untilMs: number): boolean => {
    const [next] = [...waiting].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return false;
    waiting.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.callback();
    return true;
  };
  return {
    nowMs: () => nowMs,
    epochMs: () => 1_700_000_000_000 + nowMs,
    schedule,
    timer: (delayMs, callback) => timerOn({ schedule }, delayMs, callback),
    advance(ms) {
      const untilMs = nowMs + ms;
      while (callNext(untilMs));
      nowMs = untilMs;
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      while (callNext(untilMs)) await new Promise(setImmediate);
      nowMs = untilMs;
      await new Promise(setImmediate);
    },
    pending: () => waiting.size,
    scheduled: () => scheduled,
  };
}
