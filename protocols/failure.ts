import { httpStatusOf, SluiceError } from '../domain/errors.ts';
import { defined } from './fields.ts';

export type FailureKind =
  | 'connect' // no connection
  | 'timeout' // connect, first-content, idle or total timer
  | 'status' // the provider answered with an error
  | 'broken' // the answer stopped or was not what the protocol says
  | 'empty' // an answer without any content
  | 'unavailable' // not tried: breaker open, or the provider asked to wait
  | 'refused_here' // this request cannot be put in the target's protocol
  | 'aborted' // the caller went away
  | 'internal';

/** Why a provider gave no answer, in no vendor's words but its message. */
export interface ProviderFailure {
  readonly kind: FailureKind;
  /** The HTTP status for the caller. */
  readonly status: number;
  /** The vendor's error code or type, or Sluice's own. */
  readonly code: string;
  readonly message: string;
  /** The request field that is at fault, where known. */
  readonly param?: string;
  /** May the next target be tried? */
  readonly retryable: boolean;
  /** The request itself is at fault: no arm is charged for it. */
  readonly callerFault: boolean;
  readonly retryAfterMs?: number;
}

/** An error in its vendor's own words. */
export interface VendorError {
  /** The vendor's code, else its type. */
  readonly code: string;
  readonly message: string;
  readonly param?: string;
}

/** HTTP status of a vendor's error that came without one, inside a stream. */
const statusOfCode: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  invalid_image: 400,
  context_length_exceeded: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  request_too_large: 413,
  insufficient_quota: 429,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  api_error: 500,
  server_error: 500,
  overloaded_error: 529,
};

const retryableStatuses: readonly number[] = [408, 409, 429];
const retryableCodes: readonly string[] = ['model_not_found', 'insufficient_quota'];

/** What the caller can mend: the request itself. A wrong key or a wrong address is the operator's, never the caller's. */
const callerStatuses: readonly number[] = [400, 413, 415, 422];

/** Statuses of a provider that mean something else coming from the gateway. */
const statusForCaller: Readonly<Record<number, number>> = {
  401: 502,
  402: 503,
  403: 502,
  404: 502,
  408: 504,
  409: 503,
};

export interface FailureDetails {
  readonly retryAfterMs?: number | undefined;
  /** Names of the parameters that the revision set: what a provider says of them is not the caller's fault. */
  readonly revisionParameters?: readonly string[];
}

/** The failure that a provider's error answer is (DESIGN section 6: what fails over). */
export function failureOfStatus(
  status: number,
  error: VendorError | undefined,
  { retryAfterMs, revisionParameters = [] }: FailureDetails = {},
): ProviderFailure {
  const code = error === undefined ? `http_${status}` : canonicalCode(status, error);
  const retryable = status >= 500 || retryableStatuses.includes(status) || retryableCodes.includes(code);
  const revisionsFault = error?.param !== undefined && revisionParameters.includes(error.param);
  return defined({
    kind: 'status' as const,
    status: statusForCaller[status] ?? (status >= 400 ? status : 502),
    code,
    message: error?.message ?? `The provider answered with status ${status}.`,
    param: error?.param,
    retryable,
    callerFault: callerStatuses.includes(status) && !retryable && !revisionsFault,
    retryAfterMs,
  });
}

/** The failure that a vendor's error inside a stream is. */
export function failureInStream(error: VendorError | undefined): ProviderFailure {
  if (error === undefined)
    return failure('broken', 'The provider broke the stream off with an error of no known form.');
  return failureOfStatus(statusOfCode[error.code] ?? 502, error);
}

function canonicalCode(status: number, { code, message }: VendorError): string {
  // Anthropic names the model in the message alone, and an empty account with an invalid_request_error.
  if (status === 404 && code === 'not_found_error' && message.startsWith('model:')) return 'model_not_found';
  if (code === 'billing_error' || /credit balance is too low/i.test(message)) return 'insufficient_quota';
  return code;
}

const failureDefaults: Record<
  Exclude<FailureKind, 'status'>,
  Pick<ProviderFailure, 'status' | 'code' | 'retryable' | 'callerFault'>
> = {
  connect: { status: 502, code: 'provider_unreachable', retryable: true, callerFault: false },
  timeout: { status: 504, code: 'provider_timeout', retryable: true, callerFault: false },
  broken: { status: 502, code: 'provider_broke_off', retryable: true, callerFault: false },
  empty: { status: 502, code: 'provider_sent_nothing', retryable: true, callerFault: false },
  unavailable: { status: 503, code: 'provider_unavailable', retryable: true, callerFault: false },
  refused_here: { status: 400, code: 'invalid_request_error', retryable: true, callerFault: true },
  aborted: { status: 499, code: 'caller_went_away', retryable: false, callerFault: true },
  internal: { status: 500, code: 'internal_error', retryable: false, callerFault: false },
};

/** A failure that no provider told of. */
export function failure(
  kind: Exclude<FailureKind, 'status'>,
  message: string,
  more: Partial<ProviderFailure> = {},
): ProviderFailure {
  return { kind, ...failureDefaults[kind], message, ...more };
}

/** Anything that was thrown, as a failure for the caller: a `SluiceError` says what it is, others say nothing. */
export function failureOfError(error: unknown): ProviderFailure {
  if (!(error instanceof SluiceError)) return failure('internal', 'Something went wrong inside Sluice.');
  const { code, message, remedy, details } = error;
  const status = httpStatusOf(code);
  return failure('internal', remedy === undefined ? message : `${message} ${remedy}`, {
    status,
    code,
    callerFault: status < 500,
    ...(typeof details['param'] === 'string' ? { param: details['param'] } : {}),
  });
}
