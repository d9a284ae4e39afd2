const firstMs = 2_000;
const stepCapMs = 30_000;
const longCapMs = 180_000;
/** A hold has at least this many looks, however short it is. */
const looksInHold = 8;
const shortestMs = 250;
const growth = 1.5;

/**
 * How long to wait after a look: 2 s at first, growing by half up to 30 s, or to 180 s in bakes and pauses, and never
 * longer than an eighth of the hold, so that a short hold gets several looks as well. Chosen by time alone, never by
 * what was seen (DESIGN section 7).
 *
 * @param look number of the look within its step, from 0.
 * @param holdMs the hold of the step in milliseconds.
 * @param pausedMs how long the release has been paused, where it is.
 */
export function lookIntervalMs(step: {
  look: number;
  holdMs: number;
  bake: boolean;
  pausedMs?: number;
}): number {
  const eighthMs = Math.max(shortestMs, Math.ceil(step.holdMs / looksInHold));
  const capMs = Math.min(step.bake ? longCapMs : stepCapMs, eighthMs);
  // The exponent is bounded, because a long bake has thousands of looks.
  const intervalMs = Math.round(Math.min(capMs, firstMs * growth ** Math.min(step.look, 20)));
  return Math.max(intervalMs, Math.min(longCapMs, (step.pausedMs ?? 0) / 4));
}

/** While nothing valid is measured, the next attempt comes soon enough for several before `maxBlind`. */
export function blindIntervalMs(maxBlindMs: number): number {
  return Math.max(shortestMs, Math.min(2_000, Math.floor(maxBlindMs / 10)));
}

/** A candidate outlives its measurement by three measuring intervals, and by the plan's lease at least. */
export function leaseFor(planLeaseMs: number, intervalMs: number): number {
  return Math.max(planLeaseMs, Math.ceil(3 * intervalMs));
}
