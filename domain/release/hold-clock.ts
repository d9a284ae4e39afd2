/**
 * The hold clock of a step: it runs while the step is served, measured and not paused. What nobody measured is not
 * held: a stretch between two readings counts for at most the candidate's lease, after which gateways serve stable.
 */
export interface HoldClock {
  readonly elapsedMs: number;
  /** When the clock was last read, by the workflow's clock; absent while it stands. */
  readonly runningSinceMs?: number | undefined;
}

export const newHoldClock: HoldClock = { elapsedMs: 0, runningSinceMs: undefined };

/** The clock, read now: the time since the last reading is added where it ran. */
export function readClock(clock: HoldClock, nowMs: number, longestMs: number): HoldClock {
  if (clock.runningSinceMs === undefined) return clock;
  const passedMs = Math.max(0, Math.min(nowMs - clock.runningSinceMs, longestMs));
  return { elapsedMs: clock.elapsedMs + passedMs, runningSinceMs: nowMs };
}

/** The clock, set going or stopped; a clock that goes already keeps its last reading. */
export function setClock(clock: HoldClock, running: boolean, nowMs: number): HoldClock {
  return { ...clock, runningSinceMs: running ? (clock.runningSinceMs ?? nowMs) : undefined };
}
