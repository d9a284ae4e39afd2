import type { IncomingHttpHeaders } from 'node:http';

/** A day: whoever says more means "not now", and callers are told a time that they can wait for. */
const longestMs = 24 * 60 * 60 * 1000;

/**
 * How long a provider asks to wait, in milliseconds, a day at most: OpenAI's `retry-after-ms`, else `retry-after` in
 * seconds or as a date (RFC 9110, section 10.2.3). Undefined where it does not say, or says what is no time.
 */
export function retryAfterMsOf(headers: IncomingHttpHeaders, epochMs: number): number | undefined {
  const saidMs = numberOf(headers['retry-after-ms']) ?? ofRetryAfter(headers['retry-after'], epochMs);
  return saidMs === undefined ? undefined : Math.min(Math.max(0, saidMs), longestMs);
}

function ofRetryAfter(header: string | undefined, epochMs: number): number | undefined {
  const inSeconds = numberOf(header);
  if (inSeconds !== undefined) return inSeconds * 1000;
  // Anything may be a date to `Date.parse`: `-5` is one of the year 2001.
  if (header === undefined || !/^[a-z]{3,9},? /iu.test(header.trim())) return undefined;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : dateMs - epochMs;
}

function numberOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || !/^\d+(\.\d+)?$/.test(header.trim())) return undefined;
  return Number(header);
}
