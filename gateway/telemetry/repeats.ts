import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';

const windowMs = 60_000;
const capacity = 100_000;

export interface ArrivedRequest {
  readonly app: string;
  /** Absent for anonymous requests: two equal bodies then say nothing. */
  readonly subject: string | undefined;
  /** The header `x-stainless-retry-count` of the vendors' SDKs. */
  readonly retryCount: string | undefined;
  readonly body: Buffer;
}

/** Is this request a retry of one that has been counted already? Remembers it where it is not. */
export type IsRepeat = (request: ArrivedRequest) => boolean;

/**
 * Knows retries: by the SDKs' own header, and by the same subject sending the same body within 60 s. Remembers at
 * most 100,000 requests, the newest.
 */
export function createRepeatDetector(clock: Clock): IsRepeat {
  const arrivedMs = new Map<string, number>();
  const forgetOld = (): void => {
    for (const [key, atMs] of arrivedMs) {
      if (arrivedMs.size <= capacity && atMs > clock.nowMs() - windowMs) return;
      arrivedMs.delete(key);
    }
  };
  return ({ app, subject, retryCount, body }) => {
    forgetOld();
    if (subject === undefined) return Number(retryCount ?? 0) > 0;
    const key = createHash('sha256')
      .update(JSON.stringify([app, subject]))
      .update(body)
      .digest('base64');
    const known = arrivedMs.has(key);
    if (!known) arrivedMs.set(key, clock.nowMs());
    return known || Number(retryCount ?? 0) > 0;
  };
}
