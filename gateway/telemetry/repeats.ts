import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';

const windowMs = 60_000;
const capacity = 100_000;

export interface ArrivedRequest {
  readonly app: string;
  /** Absent for anonymous requests: two equal bodies then say nothing, unless a caller marks the second. */
  readonly subject: string | undefined;
  /** Of the caller's key; absent without one. */
  readonly keyId: string | undefined;
  /** The header `x-stainless-retry-count` of the vendors' SDKs. */
  readonly retryCount: string | undefined;
  readonly body: Buffer;
}

/**
 * `seen`: this gateway has met the request that it repeats. `marked`: the holder of a key says that it repeats one. A
 * mark without a key says nothing (invariant 32).
 */
export type Repeat = 'seen' | 'marked' | undefined;

/** Is this request a retry of one that has been counted already? Remembers it. */
export type RepeatOf = (request: ArrivedRequest) => Repeat;

/**
 * Knows retries: by the same subject sending the same body within 60 s, and by the SDKs' own header where the holder of a
 * key has sent the same body before. Remembers at most 100,000 requests, the newest.
 */
export function createRepeatDetector(clock: Clock): RepeatOf {
  const arrivedMs = new Map<string, number>();
  const forgetOld = (): void => {
    for (const [key, atMs] of arrivedMs) {
      if (arrivedMs.size <= capacity && atMs > clock.nowMs() - windowMs) return;
      arrivedMs.delete(key);
    }
  };
  return ({ app, subject, keyId, retryCount, body }) => {
    forgetOld();
    const isMarked = keyId !== undefined && Number(retryCount ?? 0) > 0;
    if (subject === undefined && keyId === undefined) return undefined;
    const who = JSON.stringify(subject === undefined ? [app, null, keyId] : [app, subject]);
    const key = who + hash('sha256', body, 'base64');
    const known = arrivedMs.has(key);
    if (!known) arrivedMs.set(key, clock.nowMs());
    if (known && (subject !== undefined || isMarked)) return 'seen';
    return isMarked ? 'marked' : undefined;
  };
}
