import { SluiceError } from '../../domain/errors.ts';
import type { Clock } from '../clock.ts';
import type { Caller } from './caller.ts';

const minuteMs = 60_000;

interface Use {
  /** Requests that may begin now; refills by the minute. */
  left: number;
  atMs: number;
  inFlight: number;
}

/** How much each key asks of this gateway. */
export interface Quotas {
  /**
   * A request begins; what it returns is called at its end. Throws `rate_limited`, with the time to wait, for a key that
   * has used its minute up or has too many requests under way. Who has no key has no quota.
   */
  begin(caller: Caller): () => void;
}

/** Keeps a count for each key that was ever used; they are as many as the database has. */
export function createQuotas(clock: Clock): Quotas {
  const uses = new Map<string, Use>();
  return {
    begin(caller) {
      if (caller.kind !== 'key') return () => undefined;
      const { id, name, requestsPerMinute, inFlight } = caller.key;
      const nowMs = clock.nowMs();
      const use = uses.get(id) ?? { left: requestsPerMinute, atMs: nowMs, inFlight: 0 };
      uses.set(id, use);
      const refill = ((nowMs - use.atMs) / minuteMs) * requestsPerMinute;
      use.left = Math.min(requestsPerMinute, use.left + refill);
      use.atMs = nowMs;
      if (use.inFlight >= inFlight)
        throw exceeded(`The key "${name}" has ${inFlight} requests under way here.`, 1_000);
      if (use.left < 1) {
        const waitMs = ((1 - use.left) / requestsPerMinute) * minuteMs;
        throw exceeded(`The key "${name}" may ask ${requestsPerMinute} times a minute here.`, waitMs);
      }
      use.left -= 1;
      use.inFlight += 1;
      return once(() => {
        use.inFlight -= 1;
      });
    },
  };
}

function exceeded(message: string, retryAfterMs: number): SluiceError {
  return new SluiceError('rate_limited', message, {
    remedy:
      'Wait as Retry-After says, or make a key with more: "sluice key create --per-minute --in-flight".',
    details: { retryAfterMs: Math.max(1, retryAfterMs) },
  });
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
