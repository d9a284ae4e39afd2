import { shortened } from './text/shortened.ts';

/**
 * What can go wrong, as one closed vocabulary. Every error that reaches a person carries a code, what happened
 * and what to do about it; the API turns the code into an HTTP status, the command into an exit code.
 */
export type ErrorCode =
  | 'usage' // the call itself is malformed
  | 'invalid_file' // a file does not say what it must
  | 'invalid_request' // a request body or parameter does not say what it must
  | 'not_found'
  | 'unauthenticated'
  | 'forbidden'
  | 'policy_violated' // the policy of the app demands more than was given
  | 'conflict' // the state moved, or a name is taken by something else
  | 'busy' // another release of the app is open
  | 'body_too_large'
  | 'unsupported_media_type' // a body that does not say that it is JSON
  | 'wrong_host' // sent to a name that is not the receiver's
  | 'too_slow' // a body that did not come to its end in time
  | 'rate_limited'
  | 'overloaded' // too much is under way; it has not been begun
  | 'not_active' // the app has no stable revision yet
  | 'rendering_failed' // a prompt cannot be rendered from the given variables
  | 'gate_blocked'
  | 'lacks_data' // what a plan's gate needs is not there, and will not come while it waits
  | 'unreachable' // control plane, database, Temporal or provider: state unknown
  | 'broken_measurement' // a measurement that could not be made is never a pass
  | 'internal';

/** The exit code of the `sluice` command for each outcome; one meaning everywhere (DESIGN section 12). */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  unreachable: 5,
  rolledBack: 10,
  gateBlocked: 11,
  inconclusive: 12,
  waiting: 13,
  watchTimedOut: 14,
  aborted: 15,
  superseded: 16,
  conflict: 17,
  detached: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const responses: Record<ErrorCode, { readonly status: number; readonly exit: ExitCode }> = {
  usage: { status: 400, exit: exitCodes.usage },
  invalid_file: { status: 400, exit: exitCodes.usage },
  invalid_request: { status: 400, exit: exitCodes.usage },
  not_found: { status: 404, exit: exitCodes.notFound },
  unauthenticated: { status: 401, exit: exitCodes.notAllowed },
  forbidden: { status: 403, exit: exitCodes.notAllowed },
  policy_violated: { status: 403, exit: exitCodes.notAllowed },
  conflict: { status: 409, exit: exitCodes.conflict },
  busy: { status: 409, exit: exitCodes.conflict },
  body_too_large: { status: 413, exit: exitCodes.usage },
  unsupported_media_type: { status: 415, exit: exitCodes.usage },
  wrong_host: { status: 421, exit: exitCodes.usage },
  too_slow: { status: 408, exit: exitCodes.unreachable },
  rate_limited: { status: 429, exit: exitCodes.unreachable },
  overloaded: { status: 503, exit: exitCodes.unreachable },
  not_active: { status: 404, exit: exitCodes.notFound },
  rendering_failed: { status: 400, exit: exitCodes.usage },
  gate_blocked: { status: 409, exit: exitCodes.gateBlocked },
  lacks_data: { status: 409, exit: exitCodes.inconclusive },
  unreachable: { status: 503, exit: exitCodes.unreachable },
  broken_measurement: { status: 502, exit: exitCodes.unreachable },
  internal: { status: 500, exit: exitCodes.internal },
};

export interface ErrorOptions {
  /** What the reader should do next, as a sentence. */
  readonly remedy?: string;
  /** Machine-readable facts: never content, never secrets. */
  readonly details?: Record<string, unknown>;
  readonly cause?: unknown;
}

/** Characters of a message: what it quotes (keys, names, a whole list) may be as long as a caller likes. */
const longestMessage = 8_000;

/**
 * An error with a code, a sentence that says what happened, and one that says what to do about it. Both are shortened,
 * for they are answered, logged and stored.
 */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(
      shortened(message, longestMessage),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'SluiceError';
    this.code = code;
    this.remedy = options.remedy === undefined ? undefined : shortened(options.remedy, longestMessage);
    this.details = options.details ?? {};
  }
}

/** Is this one of the codes? For what another program has sent. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(responses, value);
}

/** The HTTP status of an error code. */
export function httpStatusOf(code: ErrorCode): number {
  return responses[code].status;
}

/** The exit code of the `sluice` command for an error code. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return responses[code].exit;
}

/** What to print of anything that was thrown, when a program ends by it: what happened, and what to do about it. */
export function describeError(error: unknown): string {
  const remedy = error instanceof SluiceError ? error.remedy : undefined;
  return remedy === undefined ? messageOf(error) : `${messageOf(error)} ${remedy}`;
}

/** The exit code of a program that ends by what was thrown. */
export function exitCodeOfThrown(error: unknown): ExitCode {
  return error instanceof SluiceError ? exitCodeOf(error.code) : exitCodes.internal;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
