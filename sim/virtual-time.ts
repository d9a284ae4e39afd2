import type { Scheduler } from './scheduler.ts';

/** Runs something with the clock and the timers of JavaScript in the hands of a scheduler. */
export async function inVirtualTime<T>(scheduler: Scheduler, go: () => Promise<T>): Promise<T> {
  const { setTimeout, clearTimeout } = globalThis;
  const { now } = Date;
  const timers = new Map<unknown, () => void>();
  let newest = 0;
  Date.now = () => scheduler.nowMs();
  // Numbers for timers: what the product does with one is to clear it.
  globalThis.setTimeout = ((run: () => void, ms = 0) => {
    newest += 1;
    timers.set(newest, scheduler.after(ms, run));
    return newest;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = (timer: unknown) => {
    timers.get(timer)?.();
    timers.delete(timer);
  };
  try {
    return await go();
  } finally {
    Date.now = now;
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}
