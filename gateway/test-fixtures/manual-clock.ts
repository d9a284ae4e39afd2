import { timerOn, type Clock } from '../clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass: what is due happens in its order. */
  advance(ms: number): void;
  /** How many timers are waiting. */
  pending(): number;
  /** How many were ever started. */
  scheduled(): number;
}

/** A clock that stands still until a test lets time pass. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let scheduled = 0;
  let waiting: { atMs: number; callback: () => void }[] = [];
  const schedule: Clock['schedule'] = (delayMs, callback) => {
    const entry = { atMs: nowMs + delayMs, callback };
    waiting.push(entry);
    scheduled += 1;
    return () => {
      waiting = waiting.filter((other) => other !== entry);
    };
  };
  return {
    nowMs: () => nowMs,
    epochMs: () => 1_700_000_000_000 + nowMs,
    schedule,
    timer: (delayMs, callback) => timerOn({ schedule }, delayMs, callback),
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        nowMs = next.atMs;
        next.callback();
      }
      nowMs = untilMs;
    },
    pending: () => waiting.length,
    scheduled: () => scheduled,
  };
}
