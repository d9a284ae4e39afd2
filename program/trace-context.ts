import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of the trace that it is part of (W3C Trace Context), where it is well-formed. */
export interface TraceContext {
  /** 32 hexadecimal digits, as log lines have it. */
  readonly traceId: string;
  /** As it came, to be passed on. */
  readonly headers: Readonly<Record<string, string>>;
}

const pattern = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

export function traceContextOf({ traceparent, tracestate }: IncomingHttpHeaders): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const traceId = pattern.exec(traceparent)?.[1];
  if (traceId === undefined || /^0+$/.test(traceId)) return undefined;
  return { traceId, headers: { traceparent, ...(typeof tracestate === 'string' && { tracestate }) } };
}
