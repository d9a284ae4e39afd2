import { SluiceError } from '../../domain/errors.ts';
import type { Unanswered } from '../targets/pinned-answer.ts';
import { backOffMs } from './back-off.ts';
import { createCallLimit } from './call-limit.ts';
import type { Time } from './time.ts';

/** No provider is left alone for longer at a time, whatever its Retry-After says. */
const longestRetryAfterMs = 60_000;

/** All callers of a place wait, for whoever follows. */
export interface Wait {
  /** `openai/gpt-5-mini` */
  readonly place: string;
  readonly waitMs: number;
  /** `429 rate_limit_exceeded` */
  readonly why: string;
}

export interface PatienceOptions {
  /** Calls in flight of one place, at most. */
  readonly atOnce: number;
  /** How long a place may answer nothing before nobody waits any longer. */
  readonly patienceMs: number;
  readonly onWait?: ((wait: Wait) => void) | undefined;
  readonly time: Time;
}

/** `waiting 2 s for openai/gpt-5-mini: rate_limit_exceeded` */
export function waitText({ place, waitMs, why }: Wait): string {
  return `waiting ${Math.max(1, Math.round(waitMs / 1000))} s for ${place}: ${why}`;
}

/** A place that has answered nothing lately. */
export interface Silence {
  readonly place: string;
  /** What it said last instead of an answer: `rate_limit_exceeded`. */
  readonly why: string;
  /** Until nobody waits for it any longer. */
  readonly leftMs: number;
}

/** One provider's model, and what it has said lately of how much it takes. All its callers wait together. */
export interface CallPlace {
  /** Undefined where its last call was answered, or not yet asked. */
  silence(): Silence | undefined;
  /** Makes a call when there is room for it, and learns from what comes of it. */
  turn<T extends { readonly kind: string }>(
    call: () => Promise<T | Unanswered>,
    signal: AbortSignal | undefined,
  ): Promise<T | Unanswered>;
}

/** @throws SluiceError `unreachable` from `turn` where the place has answered nothing for as long as there is patience */
export function createPlace(name: string, options: PatienceOptions): CallPlace {
  const { time, patienceMs, onWait } = options;
  const limit = createCallLimit(options.atOnce);
  let closedUntilMs = -Infinity;
  let refusals = 0;
  let silentSinceMs: number | undefined;
  let lastWhy = '';

  async function enter(signal: AbortSignal | undefined) {
    for (;;) {
      const slot = await limit.enter(signal);
      const waitMs = closedUntilMs - time.nowMs();
      if (waitMs <= 0) return slot;
      slot.leave();
      await time.wait(waitMs, signal);
    }
  }

  function answered(): void {
    refusals = 0;
    silentSinceMs = undefined;
  }

  /** @param first of the calls that were in flight together: the others tell nothing new */
  function unanswered(reply: Unanswered, first: boolean): void {
    const nowMs = time.nowMs();
    silentSinceMs ??= nowMs;
    lastWhy = reply.code;
    const leftMs = silentSinceMs + patienceMs - nowMs;
    if (leftMs <= 0) throw outOfPatience(name, patienceMs, reply);
    if (reply.how !== 'refused') return;
    if (first) refusals += 1;
    const askedMs = Math.min(longestRetryAfterMs, reply.retryAfterMs ?? 0);
    // Who says when to come back is believed once; a second refusal in a row says that it takes longer.
    const ownMs = reply.retryAfterMs === undefined || refusals > 1 ? backOffMs(refusals, time.random()) : 0;
    const waitMs = Math.min(leftMs, Math.max(askedMs, ownMs));
    if (nowMs + waitMs <= closedUntilMs) return;
    closedUntilMs = nowMs + waitMs;
    onWait?.({ place: name, waitMs, why: reply.code });
  }

  return {
    silence() {
      if (silentSinceMs === undefined) return undefined;
      return { place: name, why: lastWhy, leftMs: Math.max(0, silentSinceMs + patienceMs - time.nowMs()) };
    },
    async turn(call, signal) {
      const slot = await enter(signal);
      try {
        const reply = await call();
        if (!isUnanswered(reply)) {
          slot.good();
          answered();
          return reply;
        }
        unanswered(reply, reply.how === 'refused' && slot.refused());
        return reply;
      } finally {
        slot.leave();
      }
    },
  };
}

function isUnanswered(reply: { readonly kind: string }): reply is Unanswered {
  return reply.kind === 'unanswered';
}

function outOfPatience(name: string, patienceMs: number, { code, message }: Unanswered): SluiceError {
  return new SluiceError(
    'unreachable',
    `${name} has answered nothing for ${Math.round(patienceMs / 1000)} s (${code}: ${message.slice(0, 200)}).`,
    {
      remedy: 'This says nothing of the candidate: try again when the provider answers.',
      details: { outOfPatience: true },
    },
  );
}
