import type { ServerResponse } from 'node:http';
import { SluiceError } from '../domain/errors.ts';
import { failureAnswer } from '../protocols/failures/error-answer.ts';
import { failureOfError, type ProviderFailure } from '../protocols/failures/failure.ts';
import type { Protocol } from '../protocols/request.ts';
import type { Clock } from './clock.ts';
import { sendJson, sendJsonAndLinger } from './send-json.ts';

/** Who is refused with less than this unread hears why, and not that the connection broke. */
const shortBodyBytes = 64 * 1024;

/** Says what went wrong in the words of the caller's protocol; where an answer has begun, breaks it off. */
export function sendError(response: ServerResponse, protocol: Protocol, error: unknown, clock: Clock): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = failureAnswer(protocol, failureFor(error));
  // A long body that was not read to its end stands in the connection's way; what is left of a short one Node reads.
  const isShort = Number(response.req.headers['content-length'] ?? Infinity) <= shortBodyBytes;
  const goesOn = response.req.complete || isShort;
  response.setHeaders(new Map(Object.entries({ ...headers, ...(goesOn ? {} : { connection: 'close' }) })));
  if (goesOn) sendJson(response, status, body);
  else sendJsonAndLinger(response, status, body, clock);
}

/** Some errors have a name of their own in the vendors' APIs. */
function failureFor(error: unknown): ProviderFailure {
  const failure = failureOfError(error);
  const code = error instanceof SluiceError ? error.details['code'] : undefined;
  return typeof code === 'string' ? { ...failure, code } : failure;
}
