import type { JsonObject } from '../../domain/json.ts';
import type { ProviderFailure } from '../failures/failure.ts';
import type { VendorError } from '../failures/vendor-error.ts';
import { defined, isJsonObject } from '../fields.ts';

/**
 * OpenAI's `{error: {message, type, param, code}}`, and what others of its protocol make of it: `{error: 'text'}`, or
 * `{object: 'error', message, type, code}` with nothing around it. Undefined where the body is of no such form.
 */
export function readOpenAiError(body: JsonObject): VendorError | undefined {
  const error = errorOf(body);
  if (error === undefined) return undefined;
  const text = (name: string): string | undefined => {
    const value = error[name];
    return typeof value === 'string' ? value : undefined;
  };
  const message = text('message');
  if (message === undefined) return undefined;
  const [code, type] = [text('code'), text('type')];
  return {
    code: code ?? type ?? 'error',
    message,
    said: { vendor: 'openai', error },
    ...defined({ param: text('param'), type }),
  };
}

function errorOf(body: JsonObject): JsonObject | undefined {
  const { error, ...bare } = body;
  if (isJsonObject(error)) return error;
  if (typeof error === 'string') return { message: error };
  return body['object'] === 'error' ? bare : undefined;
}

/** An error as OpenAI's APIs have it; one that a provider of theirs told of keeps its details. */
export function writeOpenAiError({ status, code, message, param, said }: ProviderFailure): JsonObject {
  const details = said?.vendor === 'openai' ? said.error : {};
  const type = typeof details['type'] === 'string' ? details['type'] : typeOf(status);
  return { error: { ...details, message, type, param: param ?? null, code } };
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
