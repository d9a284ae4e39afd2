import type { Clock } from '../clock.ts';
import { once, type Permit } from './permit.ts';

const firstPauseMs = 1_000;
const longestPauseMs = 8_000;

/** Leave to ask a target that is to be left alone, because nobody else can answer. */
export interface Trickle {
  /** Undefined while another such call is on, or shortly after one that failed. */
  admit(): Permit | undefined;
  /** The target answers again. */
  reset(): void;
}

/** One call at a time, the first at once; after each that fails a pause of 1 s, which doubles up to 8 s. */
export function createTrickle(clock: Clock): Trickle {
  const state = { asking: false, pauseMs: 0, fromMs: -Infinity };
  const reset = (): void => {
    Object.assign(state, { asking: false, pauseMs: 0, fromMs: -Infinity });
  };
  return {
    reset,
    admit() {
      if (state.asking || clock.nowMs() < state.fromMs) return undefined;
      state.asking = true;
      return once({
        succeeded: reset,
        failed: () => {
          state.pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, state.pauseMs * 2));
          state.fromMs = clock.nowMs() + state.pauseMs;
          state.asking = false;
        },
        released: () => {
          state.asking = false;
        },
      });
    },
  };
}
