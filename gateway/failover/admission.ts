import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { Clock } from '../clock.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { totalTimeoutCode } from './deadline.ts';
import type { Permit } from './permit.ts';
import type { Trickle } from './trickle.ts';

/** A provider is never left alone for longer than this, whatever its Retry-After says. */
const maxRetryAfterMs = 60_000;

/** Whether a call of a target may be made, and what is learnt from it. */
export type CallAdmission =
  | {
      readonly kind: 'admitted';
      report(outcome: ProviderFailure | 'answered'): void;
      /** What was reported as answered broke off. */
      brokeLater(failed: ProviderFailure): void;
    }
  | { readonly kind: 'skipped'; readonly failure: ProviderFailure };

/** What is known of a target. */
export interface KnownTarget {
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

/** What of a target's breakers concerns a caller. */
export interface Breakers {
  /** For what the target itself did. */
  readonly own: CircuitBreaker;
  /** For what took longer than this caller waits. */
  readonly slow: CircuitBreaker;
}
type Permits = Record<keyof Breakers, Permit>;

/** A permit of both, or none. */
export function permitOf(breakers: Breakers): Permits | undefined {
  const [own, slow] = [breakers.own.admit(), breakers.slow.admit()];
  if (own !== undefined && slow !== undefined) return { own, slow };
  own?.released();
  slow?.released();
  return undefined;
}

/** A call as any other. */
export function admitted(
  known: KnownTarget,
  breakers: Breakers,
  permits: Permits,
  clock: Clock,
): CallAdmission {
  return {
    kind: 'admitted',
    brokeLater: brokeLater(breakers),
    report(outcome) {
      if (outcome !== 'answered' && countsAgainst(outcome)) {
        noteFailure(known, permits, outcome, clock);
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

/** A call of a target that is to be left alone, for who has no other. */
export function admittedInNeed(
  known: KnownTarget,
  breakers: Breakers,
  permit: Permit,
  clock: Clock,
): CallAdmission {
  return {
    kind: 'admitted',
    brokeLater: brokeLater(breakers),
    report(outcome) {
      if (outcome !== 'answered' && saysNothing(outcome)) permit.released();
      else if (outcome !== 'answered' && countsAgainst(outcome)) {
        permit.failed();
        noteFailure(known, { own: permit, slow: permit }, outcome, clock);
      } else {
        permit.succeeded();
        breakers.own.recovered();
        breakers.slow.recovered();
        known.waitUntilMs = -Infinity;
      }
    },
  };
}

/** No call: with what the target said last, and how long it is left alone. */
export function skipped(known: KnownTarget, breakers: Breakers, clock: Clock): CallAdmission {
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

function noteFailure(
  known: KnownTarget,
  { own, slow }: Permits,
  failed: ProviderFailure,
  clock: Clock,
): void {
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
