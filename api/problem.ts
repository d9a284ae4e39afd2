import { z } from 'zod';
import { httpStatusOf, SluiceError } from '../domain/errors.ts';
import type { Problem } from './schemas/shared.ts';

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Body too large',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Broken measurement',
  503: 'Unreachable',
};

/** The errors that Express's body parser raises carry a `type`. */
const bodyErrors: Record<string, SluiceError> = {
  'entity.too.large': new SluiceError('body_too_large', 'The body is larger than 2 MB.', {
    remedy: 'Split the suites, or shorten the prompt.',
  }),
  'entity.parse.failed': new SluiceError('invalid_request', 'The body is not valid JSON.', {
    remedy: 'Send JSON with content-type application/json.',
  }),
  'encoding.unsupported': new SluiceError('invalid_request', 'The encoding of the body is not supported.'),
  'charset.unsupported': new SluiceError(
    'invalid_request',
    'The character set of the body is not supported.',
  ),
};

function asSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  if (thrown instanceof Error && 'type' in thrown && typeof thrown.type === 'string') {
    const known = bodyErrors[thrown.type];
    if (known !== undefined) return known;
  }
  // What is not ours may carry content or secrets: it goes to the log, never to the caller.
  return new SluiceError('internal', 'Something went wrong inside the control plane.', {
    remedy: 'Look for the request id in the log of the API.',
    cause: thrown,
  });
}

/** A thrown value as an RFC 9457 problem. */
export function problemOf(thrown: unknown, instance: string): Problem {
  if (thrown instanceof z.ZodError) {
    const errors = thrown.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    const detail = errors
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    return {
      type: 'https://sluice.dev/problems/invalid_request',
      title: 'Bad request',
      status: 400,
      code: 'invalid_request',
      detail,
      remedy: 'Compare the request with /openapi.json.',
      instance,
      errors,
    };
  }
  const error = asSluiceError(thrown);
  const status = httpStatusOf(error.code);
  return {
    type: `https://sluice.dev/problems/${error.code}`,
    title: titles[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    instance,
  };
}
