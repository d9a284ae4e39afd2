import type { JsonObject } from '../../domain/json.ts';
import type { ProviderFailure } from '../failure.ts';
import type { VendorError } from '../failure.ts';
import { isJsonObject } from '../fields.ts';

/** Anthropic's `{type: 'error', error: {type, message}}`; undefined where the body is not of that form. */
export function readAnthropicError(body: JsonObject): VendorError | undefined {
  const { error } = body;
  if (!isJsonObject(error)) return undefined;
  const { type, message } = error;
  return typeof type === 'string' && typeof message === 'string' ? { code: type, message } : undefined;
}

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** An error as Anthropic's API has it. */
export function writeAnthropicError({ status, message }: ProviderFailure): JsonObject {
  const type = types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: { type, message } };
}
