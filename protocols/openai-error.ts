import type { JsonObject } from '../domain/json.ts';
import type { ProviderFailure } from './failure.ts';
import type { VendorError } from './failure.ts';
import { defined, isJsonObject } from './fields.ts';

/** OpenAI's `{error: {message, type, param, code}}`; undefined where the body is not of that form. */
export function readOpenAiError(body: JsonObject): VendorError | undefined {
  const { error } = body;
  if (!isJsonObject(error)) return undefined;
  const text = (name: string): string | undefined => {
    const value = error[name];
    return typeof value === 'string' ? value : undefined;
  };
  const message = text('message');
  if (message === undefined) return undefined;
  return { code: text('code') ?? text('type') ?? 'error', message, ...defined({ param: text('param') }) };
}

/** An error as OpenAI's APIs have it. */
export function writeOpenAiError({ status, code, message, param }: ProviderFailure): JsonObject {
  return { error: { message, type: typeOf(status), param: param ?? null, code } };
}

function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 429:
      return 'rate_limit_error';
    default:
      return status >= 500 ? 'server_error' : 'invalid_request_error';
  }
}
