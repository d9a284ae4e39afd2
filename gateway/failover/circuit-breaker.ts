import type { Clock } from '../clock.ts';
import { once, type Outcomes, type Permit } from './permit.ts';
import { createRecentOutcomes, type RecentOutcomes } from './recent-outcomes.ts';

export interface BreakerSettings {
  /** Outcomes older than this are forgotten. */
  readonly windowMs: number;
  /** It opens at this many failures, if they are at least half of the outcomes. */
  readonly minFailures: number;
  /** How long it stays open at first; each failed probe doubles that. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

const defaultBreakerSettings: BreakerSettings = {
  windowMs: 30_000,
  minFailures: 5,
  openMs: 5_000,
  maxOpenMs: 60_000,
};

export interface CircuitBreaker {
  /** Undefined while it is open, or another call probes. */
  admit(): Permit | undefined;
  /** What a permit told to have succeeded broke later. */
  brokeLater(): void;
  /** An answer came past it: it closes. */
  recovered(): void;
  /** Milliseconds until a call may be admitted; 0 when it may now or when a probe is under way. */
  retryAfterMs(): number;
  state(): 'closed' | 'open' | 'half-open';
}

type State =
  | { readonly kind: 'closed'; readonly outcomes: RecentOutcomes }
  | { readonly kind: 'open'; readonly untilMs: number; readonly openMs: number; probing: boolean };

/**
 * A circuit breaker (Nygard, Release It!): after too many failures a target is left alone for a while; then one call at
 * a time probes it, until one succeeds.
 */
export function createCircuitBreaker(clock: Clock, settings = defaultBreakerSettings): CircuitBreaker {
  const closed = (): State => ({ kind: 'closed', outcomes: createRecentOutcomes(settings.windowMs) });
  let state = closed();

  function open(openMs: number): void {
    state = { kind: 'open', untilMs: clock.nowMs() + openMs, openMs, probing: false };
  }

  function record(failed: boolean): void {
    if (state.kind !== 'closed') return; // began before it opened: known already
    const { failures, total } = state.outcomes.add(clock.nowMs(), failed);
    if (failures >= settings.minFailures && failures * 2 >= total) open(settings.openMs);
  }

  const recorded: Outcomes = {
    succeeded() {
      record(false);
    },
    failed() {
      record(true);
    },
    released: () => undefined,
  };

  function probePermit(probed: Extract<State, { readonly kind: 'open' }>): Permit {
    probed.probing = true;
    return once({
      succeeded: () => {
        state = closed();
      },
      failed: () => {
        open(Math.min(probed.openMs * 2, settings.maxOpenMs));
      },
      released: () => {
        probed.probing = false;
      },
    });
  }

  return {
    admit() {
      if (state.kind === 'closed') return once(recorded);
      return state.probing || clock.nowMs() < state.untilMs ? undefined : probePermit(state);
    },
    brokeLater: () => {
      record(true);
    },
    recovered: () => {
      if (state.kind === 'open') state = closed();
    },
    retryAfterMs: () => (state.kind === 'closed' ? 0 : Math.max(0, state.untilMs - clock.nowMs())),
    state: () => {
      if (state.kind === 'closed') return 'closed';
      return clock.nowMs() < state.untilMs ? 'open' : 'half-open';
    },
  };
}
