import type { Clock } from '../clock.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget, TimeoutsMs } from '../../protocols/target.ts';
import { targetKey } from './target-key.ts';
import { totalTimeoutCode } from './deadline.ts';
import { type BreakerSettings, type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import type { Permit } from './permit.ts';
import { createTrickle, type Trickle } from './trickle.ts';

/** A provider is never left alone for longer than this, whatever its Retry-After says. */
const maxRetryAfterMs = 60_000;

export type CallAdmission =
  | {
      readonly kind: 'admitted';
      report(outcome: ProviderFailure | 'answered'): void;
      /** What was reported as answered broke off. */
      brokeLater(failed: ProviderFailure): void;
    }
  | { readonly kind: 'skipped'; readonly failure: ProviderFailure };

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
  states(): { provider: string; model: string; state: ReturnType<CircuitBreaker['state']> }[];
}

interface Known {
  readonly target: ResolvedTarget;
  /** For what the target itself did. */
  readonly breaker: CircuitBreaker;
  /** For what took too long, by who waited how long. */
  readonly slowness: Map<string, CircuitBreaker>;
  readonly trickle: Trickle;
  /** By its Retry-After. */
  waitUntilMs: number;
  /** The newest one that counted against it. */
  lastFailure: ProviderFailure | undefined;
}

export function createTargetHealth(clock: Clock, settings?: BreakerSettings): TargetHealth {
  const targets = new Map<string, Known>();

  function knownOf(target: ResolvedTarget): Known {
    const key = targetKey(target);
    const found = targets.get(key);
    if (found !== undefined) return found;
    const known: Known = {
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

  function slownessOf({ slowness }: Known, patience: CallPatience): CircuitBreaker {
    const { connect, firstContent, idle, total = 0, call } = patience;
    const key = `${connect}/${firstContent}/${idle}/${total}/${call}`;
    const breaker = slowness.get(key) ?? createCircuitBreaker(clock, settings);
    slowness.set(key, breaker);
    return breaker;
  }

  function permitOf(breakers: Breakers): Permits | undefined {
    const [own, slow] = [breakers.own.admit(), breakers.slow.admit()];
    if (own !== undefined && slow !== undefined) return { own, slow };
    own?.released();
    slow?.released();
    return undefined;
  }

  function admitted(known: Known, breakers: Breakers, permits: Permits): CallAdmission {
    return {
      kind: 'admitted',
      brokeLater: brokeLater(breakers),
      report(outcome) {
        if (outcome !== 'answered' && countsAgainst(outcome)) {
          noteFailure(known, permits, outcome);
          return;
        }
        // Alive, if only to say what is wrong with the request.
        const learnt = outcome === 'answered' || !saysNothing(outcome) ? 'succeeded' : 'released';
        permits.own[learnt]();
        permits.slow[learnt]();
        if (outcome === 'answered') known.trickle.reset();
      },
    };
  }

  function noteFailure(known: Known, { own, slow }: Permits, failed: ProviderFailure): void {
    const { retryAfterMs = 0, ...failure } = failed;
    known.lastFailure = failure;
    if (failed.kind === 'timeout') {
      own.released();
      slow.failed();
      return;
    }
    slow.succeeded();
    if (retryAfterMs === 0) own.failed();
    else {
      own.succeeded(); // It is alive: it says when it has time.
      known.waitUntilMs = clock.nowMs() + Math.min(retryAfterMs, maxRetryAfterMs);
    }
  }

  function admittedInNeed(known: Known, breakers: Breakers, permit: Permit): CallAdmission {
    return {
      kind: 'admitted',
      brokeLater: brokeLater(breakers),
      report(outcome) {
        if (outcome !== 'answered' && saysNothing(outcome)) permit.released();
        else if (outcome !== 'answered' && countsAgainst(outcome)) {
          permit.failed();
          noteFailure(known, { own: permit, slow: permit }, outcome);
        } else {
          permit.succeeded();
          breakers.own.recovered();
          breakers.slow.recovered();
          known.waitUntilMs = -Infinity;
        }
      },
    };
  }

  function skipped(known: Known, breakers: Breakers): CallAdmission {
    const { target, lastFailure } = known;
    const waitMs = known.waitUntilMs - clock.nowMs();
    const why = waitMs > 0 ? 'asked to be left alone' : 'failed too often lately';
    const message = `${target.provider}/${target.logicalModel} ${why}.`;
    const openMs = Math.max(breakers.own.retryAfterMs(), breakers.slow.retryAfterMs());
    // At least a second: a probe is under way, and others are to wait for it.
    const retryAfterMs = Math.max(1000, waitMs > 0 ? waitMs : openMs);
    return {
      kind: 'skipped',
      failure: failure('unavailable', message, { ...wordsOf(lastFailure), retryAfterMs }),
    };
  }

  return {
    admit(target, patience) {
      const known = knownOf(target);
      const breakers = { own: known.breaker, slow: slownessOf(known, patience) };
      const permits = known.waitUntilMs > clock.nowMs() ? undefined : permitOf(breakers);
      return permits === undefined ? skipped(known, breakers) : admitted(known, breakers, permits);
    },
    admitInNeed(target, patience) {
      const known = knownOf(target);
      const breakers = { own: known.breaker, slow: slownessOf(known, patience) };
      const permit = known.trickle.admit();
      return permit === undefined ? skipped(known, breakers) : admittedInNeed(known, breakers, permit);
    },
    states: () =>
      [...targets.values()].map(({ target, breaker }) => ({
        provider: target.provider,
        model: target.model,
        state: breaker.state(),
      })),
  };
}

interface Breakers {
  /** For what the target itself did. */
  readonly own: CircuitBreaker;
  /** For what took longer than this caller waits. */
  readonly slow: CircuitBreaker;
}
type Permits = Record<keyof Breakers, Permit>;

function brokeLater({ own, slow }: Breakers): (failed: ProviderFailure) => void {
  return (failed) => {
    if (failed.fault !== 'provider' || saysNothing(failed)) return;
    (failed.kind === 'timeout' ? slow : own).brokeLater();
  };
}

/** The caller went away, or the time was over that its app gives all targets together: that is nothing of this one. */
function saysNothing({ kind, code }: ProviderFailure): boolean {
  return kind === 'aborted' || (kind === 'timeout' && code === totalTimeoutCode);
}

/** A limit, and what an operator has to mend, stay what they are while the target is left alone. */
function wordsOf(last: ProviderFailure | undefined): Partial<ProviderFailure> {
  if (last === undefined) return {};
  const { status, code, fault, matter } = last;
  if (matter !== undefined) return { status, code, fault, matter };
  return status === 429 ? { status, code } : {};
}

/**
 * Does a failure speak against the target for other requests too? Not what is the request's own; nor a wrong address,
 * which is also said of what a single request names.
 */
function countsAgainst(failed: ProviderFailure): boolean {
  const { fault, matter } = failed;
  if (saysNothing(failed)) return false;
  return fault === 'provider' || (fault === 'operator' && matter !== 'address');
}
