import type { Clock } from '../clock.ts';
import type { ResolvedTarget, TimeoutsMs } from '../../protocols/target.ts';
import {
  admitted,
  admittedInNeed,
  permitOf,
  skipped,
  type CallAdmission,
  type KnownTarget,
} from './admission.ts';
import { targetKey } from './target-key.ts';
import { type BreakerSettings, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import { createTrickle } from './trickle.ts';

/** The timers that a call runs under, in milliseconds: a revision's own. */
export type CallPatience = TimeoutsMs & { readonly call: number };

/**
 * What is known of the targets: which are to be left alone, and for how long. Who waits a second for what takes two
 * finds that it is too slow for him, and for those who wait no longer: others are not kept from it.
 */
export interface TargetHealth {
  admit(target: ResolvedTarget, patience: CallPatience): CallAdmission;
  /** For a request that nobody else can answer: half-open, one call at a time past Retry-After and breaker. */
  admitInNeed(target: ResolvedTarget, patience: CallPatience): CallAdmission;
  /** For metrics: the targets called so far. */
  states(): {
    readonly provider: string;
    readonly model: string;
    readonly state: ReturnType<CircuitBreaker['state']>;
  }[];
}

/** Nothing is known at first: each target is thought well. */
export function createTargetHealth(clock: Clock, settings?: BreakerSettings): TargetHealth {
  const targets = new Map<string, KnownTarget>();

  function knownOf(target: ResolvedTarget): KnownTarget {
    const key = targetKey(target);
    const found = targets.get(key);
    if (found !== undefined) return found;
    const known: KnownTarget = {
      target,
      breaker: createCircuitBreaker(clock, settings),
      slowness: new Map<string, CircuitBreaker>(),
      trickle: createTrickle(clock),
      waitUntilMs: -Infinity,
      lastFailure: undefined,
    };
    targets.set(key, known);
    return known;
  }

  function slownessOf({ slowness }: KnownTarget, patience: CallPatience): CircuitBreaker {
    const { connect, firstContent, idle, total = 0, call } = patience;
    const key = `${connect}/${firstContent}/${idle}/${total}/${call}`;
    const breaker = slowness.get(key) ?? createCircuitBreaker(clock, settings);
    slowness.set(key, breaker);
    return breaker;
  }

  return {
    admit(target, patience) {
      const known = knownOf(target);
      const breakers = { own: known.breaker, slow: slownessOf(known, patience) };
      const permits = known.waitUntilMs > clock.nowMs() ? undefined : permitOf(breakers);
      return permits === undefined
        ? skipped(known, breakers, clock)
        : admitted(known, breakers, permits, clock);
    },
    admitInNeed(target, patience) {
      const known = knownOf(target);
      const breakers = { own: known.breaker, slow: slownessOf(known, patience) };
      const permit = known.trickle.admit();
      return permit === undefined
        ? skipped(known, breakers, clock)
        : admittedInNeed(known, breakers, permit, clock);
    },
    states: () =>
      [...targets.values()].map(({ target, breaker }) => ({
        provider: target.provider,
        model: target.model,
        state: breaker.state(),
      })),
  };
}
