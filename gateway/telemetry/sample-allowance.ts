import type { Clock } from '../clock.ts';

/** Before the database has told. */
const defaultPerSecond = 1;
/** What a gateway may keep at once after a start or a silence, so that nobody waits long for the first samples. */
const burst = 100;
/** Below so much of its allowance a gateway grows choosy. */
const easyAbove = burst / 2;

/**
 * How many requests of an app may be kept. An allowance of 100 requests an app refills by the app's rate; while it is more
 * than half full every request is kept, below that each one by a lot of probability left/50. Whoever merely took the first
 * request that the allowance covers would keep the first of those that always come together (a conversation's turns, a
 * chain of prompts), and never the others.
 */
export interface SampleAllowance {
  /** Shall one be kept? It is taken from the allowance then. */
  take(app: string): boolean;
  giveBack(app: string): void;
}

export interface AllowanceParts {
  readonly clock: Clock;
  /** How many requests of an app a second this gateway is to keep; undefined while it has not been told. */
  readonly perSecond: (app: string) => number | undefined;
  /** In 0..1. */
  readonly random: () => number;
}

/** Full at first. */
export function createSampleAllowance({ clock, perSecond, random }: AllowanceParts): SampleAllowance {
  const allowances = new Map<string, { left: number; readonly atMs: number }>();
  return {
    take(app) {
      const nowMs = clock.nowMs();
      const { left, atMs } = allowances.get(app) ?? { left: burst, atMs: nowMs };
      const refill = ((nowMs - atMs) / 1000) * (perSecond(app) ?? defaultPerSecond);
      const allowance = Math.min(burst, left + refill);
      const kept = allowance >= 1 && random() < allowance / easyAbove;
      allowances.set(app, { left: kept ? allowance - 1 : allowance, atMs: nowMs });
      return kept;
    },
    giveBack(app) {
      const allowance = allowances.get(app);
      if (allowance !== undefined) allowance.left = Math.min(burst, allowance.left + 1);
    },
  };
}
