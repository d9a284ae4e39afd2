/** How many calls ended lately, and how many of them failed. */
export interface RecentOutcomes {
  /** Adds an outcome at a time in milliseconds that never falls, and counts what is younger than the window. */
  add(atMs: number, failed: boolean): { readonly total: number; readonly failures: number };
}

/** Old outcomes that are dropped stay in the array until they are half of it: each is moved once on average. */
export function createRecentOutcomes(windowMs: number): RecentOutcomes {
  let outcomes: { readonly atMs: number; readonly failed: boolean }[] = [];
  let first = 0;
  let failures = 0;

  function dropOlderThan(limitMs: number): void {
    for (
      let oldest = outcomes[first];
      oldest !== undefined && oldest.atMs <= limitMs;
      oldest = outcomes[first]
    ) {
      if (oldest.failed) failures -= 1;
      first += 1;
    }
    if (first * 2 < outcomes.length) return;
    outcomes = outcomes.slice(first);
    first = 0;
  }

  return {
    add(atMs, failed) {
      dropOlderThan(atMs - windowMs);
      outcomes.push({ atMs, failed });
      if (failed) failures += 1;
      return { total: outcomes.length - first, failures };
    },
  };
}
