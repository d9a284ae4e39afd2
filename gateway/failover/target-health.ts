import type { Clock } from '../clock.ts';
import type { ProviderFailure } from '../../protocols/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { failure } from '../../protocols/failure.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { BreakerSettings, CircuitBreaker } from './circuit-breaker.ts';
import type { Permit } from './permit.ts';
import { createTrickle, type Trickle } from './trickle.ts';

/** A provider is never left alone for longer than this, whatever its Retry-After says. */
const maxRetryAfterMs = 60_000;

export type Admission =
  | { readonly kind: 'admitted'; report(outcome: ProviderFailure | 'answered'): void; brokeLater(): void }
  | { readonly kind: 'skipped'; readonly failure: ProviderFailure };

/** What is known of the targets: which are to be left alone, and for how long. */
export interface TargetHealth {
  admit(target: ResolvedTarget): Admission;
  /** For a request that nobody else can answer: half-open, one call at a time past Retry-After and breaker. */
  admitInNeed(target: ResolvedTarget): Admission;
  /** For metrics: the targets called so far. */
  states(): { provider: string; model: string; state: ReturnType<CircuitBreaker['state']> }[];
}

interface Known {
  readonly target: ResolvedTarget;
  readonly breaker: CircuitBreaker;
  readonly trickle: Trickle;
  /** By its Retry-After. */
  waitUntilMs: number;
  /** The newest one that counted against it. */
  lastFailure: ProviderFailure | undefined;
}

export function createTargetHealth(clock: Clock, settings?: BreakerSettings): TargetHealth {
  const targets = new Map<string, Known>();

  function knownOf(target: ResolvedTarget): Known {
    // The address is part of it: a provider that was bound anew begins with a clean slate.
    const key = JSON.stringify([target.provider, target.baseUrl, target.model]);
    const known = targets.get(key) ?? {
      target,
      breaker: createCircuitBreaker(clock, settings),
      trickle: createTrickle(clock),
      waitUntilMs: -Infinity,
      lastFailure: undefined,
    };
    targets.set(key, known);
    return known;
  }

  function admitted(known: Known, permit: Permit): Admission {
    return {
      kind: 'admitted',
      brokeLater: () => {
        known.breaker.brokeLater();
      },
      report(outcome) {
        if (outcome === 'answered') {
          permit.succeeded();
          known.trickle.reset();
        } else if (outcome.kind === 'aborted') permit.released();
        else if (countsAgainst(outcome)) noteFailure(known, permit, outcome);
        else permit.succeeded(); // It is alive: it says what is wrong with the request.
      },
    };
  }

  function noteFailure(
    known: Known,
    permit: Permit,
    { retryAfterMs = 0, ...outcome }: ProviderFailure,
  ): void {
    known.lastFailure = outcome;
    if (retryAfterMs === 0) permit.failed();
    else {
      permit.succeeded(); // It is alive: it says when it has time.
      known.waitUntilMs = clock.nowMs() + Math.min(retryAfterMs, maxRetryAfterMs);
    }
  }

  function admittedInNeed(known: Known, permit: Permit): Admission {
    return {
      kind: 'admitted',
      brokeLater: () => {
        known.breaker.brokeLater();
      },
      report(outcome) {
        if (outcome !== 'answered' && outcome.kind === 'aborted') permit.released();
        else if (outcome !== 'answered' && countsAgainst(outcome)) {
          const { failed } = permit;
          noteFailure(known, { ...permit, succeeded: failed }, outcome);
        } else {
          permit.succeeded();
          known.breaker.recovered();
          known.waitUntilMs = -Infinity;
        }
      },
    };
  }

  function skipped(known: Known): Admission {
    const { target, breaker, lastFailure } = known;
    const waitMs = known.waitUntilMs - clock.nowMs();
    const why = waitMs > 0 ? 'asked to be left alone' : 'failed too often lately';
    const message = `${target.provider}/${target.logicalModel} ${why}.`;
    const limit = lastFailure?.status === 429 ? { status: 429, code: lastFailure.code } : {};
    // At least a second: a probe is under way, and others are to wait for it.
    const retryAfterMs = Math.max(1000, waitMs > 0 ? waitMs : breaker.retryAfterMs());
    return { kind: 'skipped', failure: failure('unavailable', message, { ...limit, retryAfterMs }) };
  }

  return {
    admit(target) {
      const known = knownOf(target);
      const permit = known.waitUntilMs > clock.nowMs() ? undefined : known.breaker.admit();
      return permit === undefined ? skipped(known) : admitted(known, permit);
    },
    admitInNeed(target) {
      const known = knownOf(target);
      const permit = known.trickle.admit();
      return permit === undefined ? skipped(known) : admittedInNeed(known, permit);
    },
    states: () =>
      [...targets.values()].map(({ target, breaker }) => ({
        provider: target.provider,
        model: target.model,
        state: breaker.state(),
      })),
  };
}

/**
 * Does a failure speak against the target for other requests too? Not what is the request's own; nor a wrong address,
 * which is also said of what a single request names.
 */
function countsAgainst({ fault, matter }: ProviderFailure): boolean {
  return fault === 'provider' || (fault === 'operator' && matter !== 'address');
}
