import { httpStatusOf, SluiceError } from '../../domain/errors.ts';
import type { JsonValue } from '../../domain/json.ts';
import { shortenedAtWord } from '../../domain/text/shortened.ts';
import { defined, isJsonObject } from '../fields.ts';
import { verdictOf } from './fault.ts';
import type { Fault, OperatorMatter } from './verdict.ts';
import type { VendorError, VendorWords } from './vendor-error.ts';

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
  /** Who has to mend it. No arm is charged for a caller's fault, and an operator's is alarmed. */
  readonly fault: Fault;
  /** May the next target be tried? */
  readonly tryNext: boolean;
  /** Of an operator's fault: what has to be mended. */
  readonly matter?: OperatorMatter;
  readonly retryAfterMs?: number;
  /** What its vendor said, in its own words. */
  readonly said?: VendorWords;
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

/** Statuses of a provider that mean something else coming from the gateway. */
const statusForCaller: Readonly<Record<number, number>> = {
  408: 504,
  409: 503,
  420: 429,
  424: 502,
  425: 503,
};

/** What an operator has to mend is no answer to the caller's request: not its key, not its model, not its limit. */
const operatorStatuses: Record<OperatorMatter, number> = { key: 502, model: 502, address: 502, account: 503 };

/** Characters: what a provider quotes in its message may be a whole request. */
const longestMessage = 4_000;

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
  const verdict = verdictOf({ status, error, revisionParameters });
  const { matter } = verdict;
  const known = statusForCaller[status] ?? (status >= 400 ? status : 502);
  return defined({
    kind: 'status' as const,
    status: matter === undefined ? known : operatorStatuses[matter],
    code: error === undefined ? `http_${status}` : shortenedAtWord(canonicalCode(error, matter), 100),
    message: shortenedAtWord(
      error?.message ?? `The provider answered with status ${status}.`,
      longestMessage,
    ),
    param: error?.param === undefined ? undefined : shortenedAtWord(error.param, 200),
    ...verdict,
    retryAfterMs,
    // An operator's account is nothing for callers.
    said: matter === undefined && isShort(error?.said) ? error?.said : undefined,
  });
}

const operatorMatters: Record<OperatorMatter, string> = {
  key: "The model's provider does not accept the credentials that it was called with.",
  account: "The account at the model's provider takes no more calls.",
  model: 'The provider does not have the model that it was asked for.',
  address: "The model's provider has nothing at the address that it was called at.",
};

/**
 * The failure as callers hear it: what a vendor says to the operator may quote keys and name accounts, and there is
 * nothing in it that a caller could mend.
 */
export function failureForCaller(failed: ProviderFailure): ProviderFailure {
  const { matter } = failed;
  if (matter === undefined) return failed;
  const { param: _param, said: _said, ...rest } = failed;
  return { ...rest, message: `${operatorMatters[matter]} Tell the operator of this gateway.` };
}

/** In characters of JSON: more is no error that a vendor writes, and is not handed on. */
const longestSaid = 16_000;

/** What is long is not written to see that it is. */
function isShort(said: VendorWords | undefined): boolean {
  return (
    said !== undefined &&
    roomBeside(said.error, longestSaid) >= 0 &&
    JSON.stringify(said.error).length <= longestSaid
  );
}

/** What is left of so many characters beside a value's, which takes those of its texts at least; negative where none is. */
function roomBeside(value: JsonValue, room: number): number {
  let left = room - 1;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  for (const each of Object.values(value) as readonly JsonValue[]) {
    if (left < 0) break;
    left = roomBeside(each, left);
  }
  return left;
}

/** The failure that a vendor's error inside a stream is. */
export function failureInStream(error: VendorError | undefined): ProviderFailure {
  if (error === undefined)
    return failure('broken', 'The provider broke the stream off with an error of no known form.');
  return failureOfStatus(statusOfCode[error.code] ?? 502, error);
}

/** Names that a vendor has for many errors, of which the message tells which it is. */
const broadCodes: readonly string[] = [
  'billing_error',
  'error',
  'invalid_request_error',
  'not_found_error',
  'rate_limit_error',
];

function canonicalCode({ code }: VendorError, matter: OperatorMatter | undefined): string {
  if (!broadCodes.includes(code)) return code;
  if (matter === 'model') return 'model_not_found';
  return matter === 'account' ? 'insufficient_quota' : code;
}

const failureDefaults: Record<
  Exclude<FailureKind, 'status'>,
  Pick<ProviderFailure, 'status' | 'code' | 'fault' | 'tryNext'>
> = {
  connect: { status: 502, code: 'provider_unreachable', tryNext: true, fault: 'provider' },
  timeout: { status: 504, code: 'provider_timeout', tryNext: true, fault: 'provider' },
  broken: { status: 502, code: 'provider_broke_off', tryNext: true, fault: 'provider' },
  empty: { status: 502, code: 'provider_sent_nothing', tryNext: true, fault: 'provider' },
  unavailable: { status: 503, code: 'provider_unavailable', tryNext: true, fault: 'provider' },
  refused_here: { status: 400, code: 'invalid_request_error', tryNext: true, fault: 'caller' },
  aborted: { status: 499, code: 'caller_went_away', tryNext: false, fault: 'caller' },
  internal: { status: 500, code: 'internal_error', tryNext: false, fault: 'sluice' },
};

/** A failure that no provider told of. */
export function failure(
  kind: Exclude<FailureKind, 'status'>,
  message: string,
  more: Partial<ProviderFailure> = {},
): ProviderFailure {
  return { kind, ...failureDefaults[kind], message: shortenedAtWord(message, longestMessage), ...more };
}

/** What Anthropic's SDKs read of an error besides its words. */
function saidBySluice(details: unknown): Pick<ProviderFailure, 'said'> {
  return isJsonObject(details) ? { said: { vendor: 'anthropic', error: { details } } } : {};
}

/** Anything that was thrown, as a failure for the caller: a `SluiceError` says what it is, others say nothing. */
export function failureOfError(error: unknown): ProviderFailure {
  if (!(error instanceof SluiceError)) return failure('internal', 'Something went wrong inside Sluice.');
  const { code, message, remedy, details } = error;
  const status = httpStatusOf(code);
  return failure('internal', remedy === undefined ? message : `${message} ${remedy}`, {
    status,
    code,
    fault: status < 500 ? 'caller' : 'sluice',
    ...(typeof details['param'] === 'string' ? { param: details['param'] } : {}),
    ...(typeof details['retryAfterMs'] === 'number' ? { retryAfterMs: details['retryAfterMs'] } : {}),
    ...saidBySluice(details['errorDetails']),
  });
}
