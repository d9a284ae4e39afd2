import type { Time } from '../../evals/patience/time.ts';

/** Time that passes at once where somebody waits for it, and chance that is always the same. */
export function heldTime(random = 1): Time & { waits: number[]; pass(ms: number): void } {
  let nowMs = 0;
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => nowMs,
    random: () => random,
    pass(ms) {
      nowMs += ms;
    },
    async wait(ms, signal) {
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
    },
  };
}
