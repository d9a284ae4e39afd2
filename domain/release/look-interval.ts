/** The longest time between two looks: of a step that is held, and of one that is paused. */
const longestMs = 15_000;
export const longestPausedMs = 30_000;
/** A hold has at least this many looks, however short it is. */
const looksInHold = 8;
const shortestMs = 250;

/**
 * How many more settled requests of the candidate close a look before its time: 20, since a total failure shows in
 * about ten, and from 200 on a tenth of those before, so that a long step has few looks by number however busy it is
 * and evidence is at most a tenth older than it could be.
 */
const leastExposures = 20;
const exposuresGrowth = 0.1;

/** Where a step is on its hold clock, and how long it has been paused. */
export interface Holding {
  /** Time on the hold clock, and wanted on it, in milliseconds. */
  readonly heldMs: number;
  readonly holdMs: number;
  /** How long the release has been paused, where it is. */
  readonly pausedMs?: number | undefined;
}

/**
 * The time after which a look closes in any case: 15 s, 30 s in pauses, in bakes as in any step; sooner in a short
 * hold, and at the hold's end. Chosen by time alone, never by what was seen (DESIGN section 7).
 */
export function lookWithinMs({ heldMs, holdMs, pausedMs }: Holding): number {
  const partMs = Math.max(shortestMs, Math.ceil(Math.max(holdMs, heldMs) / looksInHold));
  if (pausedMs !== undefined) return Math.min(longestPausedMs, Math.max(partMs, pausedMs / 4));
  const withinMs = Math.min(longestMs, partMs);
  const leftMs = holdMs - heldMs;
  return leftMs > 0 ? Math.min(withinMs, Math.max(shortestMs, leftMs)) : withinMs;
}

/** Have so many requests settled since a look that saw `before` that the next one closes? By number, never by outcome. */
export function closesByExposures(before: number, now: number): boolean {
  return now - before >= Math.max(leastExposures, exposuresGrowth * before);
}

/** While nothing valid is measured, the next attempt comes soon enough for several before `maxBlind`. */
export function blindIntervalMs(maxBlindMs: number): number {
  return Math.max(shortestMs, Math.min(2_000, Math.floor(maxBlindMs / 10)));
}

/** How long the candidate may be served after a look: the plan's lease, and the time to the next look. */
export function leaseFor(planLeaseMs: number, withinMs: number): number {
  return planLeaseMs + Math.ceil(withinMs);
}
