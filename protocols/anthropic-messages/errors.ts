import type { JsonObject } from '../../domain/json.ts';
import type { ProviderFailure } from '../failures/failure.ts';
import type { VendorError } from '../failures/vendor-error.ts';
import { defined, isJsonObject } from '../fields.ts';

/** Anthropic's `{type: 'error', error: {type, message}}`; undefined where the body is not of that form. */
export function readAnthropicError(body: JsonObject): VendorError | undefined {
  const { error } = body;
  if (!isJsonObject(error)) return undefined;
  const { type, message, details } = error;
  if (typeof type !== 'string' || typeof message !== 'string') return undefined;
  const detailCode = isJsonObject(details) ? details['error_code'] : undefined;
  return {
    code: type,
    message,
    said: { vendor: 'anthropic', error },
    ...defined({ detailCode: typeof detailCode === 'string' ? detailCode : undefined }),
  };
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

/** An error as Anthropic's API has it; one that a provider of its protocol told of keeps its details. */
export function writeAnthropicError({ status, message, said }: ProviderFailure): JsonObject {
  const details = said?.vendor === 'anthropic' ? said.error : {};
  const type = types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: { type, ...details, message } };
}
