import type { IncomingHttpHeaders } from 'node:http';

/**
 * How long a provider asks to wait, in milliseconds: OpenAI's `retry-after-ms`, else `retry-after` in seconds or as a
 * date (RFC 9110, section 10.2.3). Undefined where it does not say, or says what is no time.
 */
export function retryAfterMsOf(headers: IncomingHttpHeaders, epochMs: number): number | undefined {
  const inMs = numberOf(headers['retry-after-ms']);
  if (inMs !== undefined) return inMs;
  const inSeconds = numberOf(headers['retry-after']);
  if (inSeconds !== undefined) return inSeconds * 1000;
  const dateMs = Date.parse(headers['retry-after'] ?? '');
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - epochMs);
}

function numberOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || !/^\d+(\.\d+)?$/.test(header.trim())) return undefined;
  return Number(header);
}
