import type { JsonObject } from '../../domain/json.ts';
import { failureOfError, type ProviderFailure } from './failure.ts';
import type { Protocol } from '../request.ts';
import { inboundCodec } from '../registry.ts';

/** An error in a vendor's own form. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

/** A failure as an HTTP answer in the protocol's own form. */
export function failureAnswer(protocol: Protocol, failure: ProviderFailure): ErrorAnswer {
  const { retryAfterMs, code } = failure;
  return {
    status: failure.status,
    body: inboundCodec(protocol).writeError(failure),
    headers: {
      // Anthropic's form of errors has no room for it. A vendor may call its errors what no header can carry.
      ...(/^[\w.:-]{1,100}$/.test(code) ? { 'x-sluice-code': code } : {}),
      ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    },
  };
}

/** Anything that was thrown as an HTTP answer in the protocol's own form; only a `SluiceError` says what it is. */
export function errorAnswer(protocol: Protocol, error: unknown): ErrorAnswer {
  return failureAnswer(protocol, failureOfError(error));
}
