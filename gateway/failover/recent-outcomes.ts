/** How many calls ended lately, and how many of them failed. */
export interface RecentOutcomes {
  /** Adds an outcome at a time in milliseconds that never falls, and counts what is younger than the window. */
  add(atMs: number, failed: boolean): { readonly total: number; readonly failures: number };
}

/** Bare times, of which those of failures stand in a list of their own: there are as many as calls in the window. */
export function createRecentOutcomes(windowMs: number): RecentOutcomes {
  const all = createRecentTimes(windowMs);
  const failures = createRecentTimes(windowMs);
  return {
    add(atMs, failed) {
      all.add(atMs);
      if (failed) failures.add(atMs);
      return { total: all.countAt(atMs), failures: failures.countAt(atMs) };
    },
  };
}

interface RecentTimes {
  add(atMs: number): void;
  /** How many are younger than the window then. */
  countAt(nowMs: number): number;
}

/** Old times that are dropped stay in the array until they are half of it: each is moved once on average. */
function createRecentTimes(windowMs: number): RecentTimes {
  let times: number[] = [];
  let first = 0;
  return {
    add(atMs) {
      times.push(atMs);
    },
    countAt(nowMs) {
      const limitMs = nowMs - windowMs;
      for (let oldest = times[first]; oldest !== undefined && oldest <= limitMs; oldest = times[first])
        first += 1;
      if (first > 0 && first * 2 >= times.length) {
        times = times.slice(first);
        first = 0;
      }
      return times.length - first;
    },
  };
}
