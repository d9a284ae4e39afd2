import type { Clock } from '../clock.ts';
import type { ProviderFailure } from '../../protocols/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import { failure } from '../../protocols/failure.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { BreakerSettings, CircuitBreaker } from './circuit-breaker.ts';

/** A provider is never left alone for longer than this, whatever its Retry-After says. */
const maxRetryAfterMs = 60_000;

export type Admission =
  | { readonly kind: 'admitted'; report(outcome: ProviderFailure | 'answered'): void; brokeLater(): void }
  | { readonly kind: 'skipped'; readonly failure: ProviderFailure };

/** What is known of the targets: which are to be left alone, and for how long. */
export interface TargetHealth {
  admit(target: ResolvedTarget): Admission;
  /** For metrics: the targets called so far. */
  states(): { provider: string; model: string; state: ReturnType<CircuitBreaker['state']> }[];
}

interface Known {
  readonly target: ResolvedTarget;
  readonly breaker: CircuitBreaker;
  waitUntilMs: number;
}

export function createTargetHealth(clock: Clock, settings?: BreakerSettings): TargetHealth {
  const targets = new Map<string, Known>();

  function knownOf(target: ResolvedTarget): Known {
    // The address is part of it: a provider that was bound anew begins with a clean slate.
    const key = JSON.stringify([target.provider, target.baseUrl, target.model]);
    const known = targets.get(key) ?? {
      target,
      breaker: createCircuitBreaker(clock, settings),
      waitUntilMs: 0,
    };
    targets.set(key, known);
    return known;
  }

  return {
    admit(target) {
      const known = knownOf(target);
      const waitMs = known.waitUntilMs - clock.nowMs();
      if (waitMs > 0) return skipped(target, 'asked to be left alone', waitMs);
      const permit = known.breaker.admit();
      if (permit === undefined)
        return skipped(target, 'failed too often lately', known.breaker.retryAfterMs());
      return {
        kind: 'admitted',
        brokeLater: () => {
          known.breaker.brokeLater();
        },
        report(outcome) {
          if (outcome === 'answered') permit.succeeded();
          else if (outcome.kind === 'aborted') permit.released();
          else if (outcome.retryable && outcome.retryAfterMs === undefined) permit.failed();
          // It is alive: it says what is wrong with the request, or when it has time.
          else permit.succeeded();
          if (outcome === 'answered' || outcome.retryAfterMs === undefined || !outcome.retryable) return;
          known.waitUntilMs = clock.nowMs() + Math.min(outcome.retryAfterMs, maxRetryAfterMs);
        },
      };
    },
    states: () =>
      [...targets.values()].map(({ target, breaker }) => ({
        provider: target.provider,
        model: target.model,
        state: breaker.state(),
      })),
  };
}

function skipped(target: ResolvedTarget, why: string, retryAfterMs: number): Admission {
  const message = `${target.provider}/${target.logicalModel} ${why}.`;
  // At least a second: a probe is under way, and others are to wait for it.
  return {
    kind: 'skipped',
    failure: failure('unavailable', message, { retryAfterMs: Math.max(1000, retryAfterMs) }),
  };
}
