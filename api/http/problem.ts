import { httpStatusOf, SluiceError } from '../../domain/errors.ts';
import { fieldFaultsOf } from './parse-request.ts';
import type { ProblemBody } from '../schemas/shared.ts';

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  408: 'Too slow',
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
    remedy: 'Send a JSON object with content-type application/json.',
  }),
};

/** Express and its parsers mark what a caller did wrong, such as a path that cannot be decoded, by a 4xx status. */
function isCallersFault(thrown: Error): boolean {
  return (
    'status' in thrown && typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500
  );
}

function asSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  if (thrown instanceof Error) {
    const known = 'type' in thrown && typeof thrown.type === 'string' ? bodyErrors[thrown.type] : undefined;
    if (known !== undefined) return known;
    if (isCallersFault(thrown)) {
      return new SluiceError('invalid_request', `The request cannot be read: ${thrown.message}.`, {
        remedy: 'Compare the request with /openapi.json.',
      });
    }
  }
  // What is not ours may carry content or secrets: it goes to the log, never to the caller.
  return new SluiceError('internal', 'Something went wrong inside the control plane.', {
    remedy: 'Look for the request id in the log of the API.',
    cause: thrown,
  });
}

/** A thrown value as an RFC 9457 problem. */
export function problemOf(thrown: unknown, instance: string): ProblemBody {
  const error = asSluiceError(thrown);
  const status = httpStatusOf(error.code);
  const errors = fieldFaultsOf(error);
  return {
    type: `https://sluice.dev/problems/${error.code}`,
    title: titles[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    instance,
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}
