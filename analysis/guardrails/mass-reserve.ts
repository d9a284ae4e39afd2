// Local names, because look-ups of globals dominate in jest's sandbox.
const { log, log1p, min } = Math;

/** What of the mass 1 is not in a test yet: it is evidence 1. */
export interface MassReserve {
  /** What is in the test from the beginning. */
  readonly started: number;
  /** Takes out what is due with a look; its log. */
  move(look: { readonly elapsedMs: number; readonly due?: number }): number;
  log(): number;
  /** What is left. */
  left(): number;
}

/** Of the tests whose reserve moves by time alone. */
const startShare = 0.8;

/** The first form, of releases of before: the reserve moves over the plan's total hold. */
export function reserveByTime(totalHoldMs: number, left = 1 - startShare): MassReserve {
  let logReserve = log(left);
  return {
    started: startShare,
    move({ elapsedMs }) {
      const moved = totalHoldMs > 0 ? min(1, elapsedMs / totalHoldMs) : 1;
      const logMoved = logReserve + log(moved);
      logReserve += log1p(-moved);
      return logMoved;
    },
    log: () => logReserve,
    left: () => Math.exp(logReserve),
  };
}

/** Each look says what is due with it (mass-schedule.ts). */
export function reserveByLooks(whole = 1): MassReserve {
  let left = whole;
  return {
    started: 0,
    move({ due = 0 }) {
      const moved = min(due, left);
      left -= moved;
      return log(moved);
    },
    log: () => log(left),
    left: () => left,
  };
}
