import OpenAI from 'openai';
import { SluiceError } from '../../domain/errors.ts';
import type { ProviderFailure } from '../../protocols/failures/failure.ts';
import type { FailedReply, PinnedAnswered, Unanswered } from './pinned-answer.ts';

/** Codes by which the gateway says that it does not take the call itself: nothing is known about the revision. */
const gatewayRefusals = new Set(['forbidden', 'unauthenticated', 'not_active']);

/** A provider, or a retriever, that takes no calls now: its limit, an empty account, an overload. */
const refusingStatuses = [402, 408, 409, 429, 503, 529];
/**
 * What providers call a wrong model, request or key. The gateway tells its caller of some of them by a 502, but they are
 * of the revision's or its binding's making, whatever the provider's health.
 */
const ownCodes = new Set([
  ...['model_not_found', 'not_found_error', 'invalid_request_error', 'http_404'],
  ...['authentication_error', 'permission_error', 'invalid_api_key', 'http_401', 'http_403'],
]);

/** What the header `x-sluice-failure` says: the kind of failure and, of a provider that said one, its HTTP status. */
interface SaidByGateway {
  readonly kind: string | undefined;
  readonly status: number | undefined;
  /** What the operator has to mend; absent from gateways that do not tell. */
  readonly matter: string | undefined;
}

/** Gateways fail over for an answer without any content; asked alone, it is what the revision says. */
const emptyCode = 'provider_sent_nothing';

/**
 * What an error of a pinned call means: the revision's own failure, its empty answer, or a provider without an answer.
 *
 * @throws SluiceError `unreachable` where the gateway is away, `broken_measurement` where it does not take the call; and
 *   the error itself where the caller went away or it is no error of a call
 */
export function failureOf(
  error: unknown,
  latencyMs: number,
  baseUrl: string,
): FailedReply | Unanswered | PinnedAnswered {
  // Of the caller's own wish: neither an answer nor a broken gateway.
  if (error instanceof OpenAI.APIUserAbortError) throw error;
  // A body that broke off is a `TypeError`, as `fetch` has it.
  if (error instanceof OpenAI.APIConnectionError || error instanceof TypeError) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer: ${error.message}`, {
      remedy: 'See that the staging gateway runs (GET /readyz).',
      cause: error,
    });
  }
  if (!(error instanceof OpenAI.APIError)) throw error;
  const headers = error.headers instanceof Headers ? error.headers : new Headers();
  // The gateway's own word for it, which not every protocol's form of errors has room for.
  const code = headers.get('x-sluice-code') ?? error.code ?? error.type ?? String(error.status);
  if (gatewayRefusals.has(code)) {
    throw new SluiceError(
      'broken_measurement',
      `The gateway at ${baseUrl} refuses to answer: ${error.message}`,
      {
        remedy: 'See that it has the same SLUICE_INTERNAL_TOKEN as the worker.',
        cause: error,
      },
    );
  }
  if (code === emptyCode) return emptyAnswer(latencyMs);
  const said = readFailure(headers);
  const status = typeof error.status === 'number' ? error.status : undefined;
  const fault = faultOf({ ...said, code, gatewayStatus: status });
  const { message } = error;
  if (fault === 'own') {
    const known = said.status === undefined ? {} : { status: said.status };
    return { kind: 'failed', code, message, latencyMs, ...known };
  }
  const retryAfterMs = retryAfterMsOf(headers);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind: 'unanswered', how: fault, code, message, latencyMs, ...wait };
}

/** What it means that an answer began well and did not end so: as a rule that the provider broke off. */
export function failureOfBroken(
  { code, message, status }: Pick<ProviderFailure, 'code' | 'message' | 'status'>,
  latencyMs: number,
): FailedReply | Unanswered | PinnedAnswered {
  if (code === emptyCode) return emptyAnswer(latencyMs);
  const fault = faultOfCode(code, status);
  if (fault === 'own') return { kind: 'failed', code, message, latencyMs };
  return { kind: 'unanswered', how: fault, code, message, latencyMs };
}

/** The second attempt is the one that production would make elsewhere. */
function emptyAnswer(latencyMs: number): PinnedAnswered {
  return { kind: 'answered', output: '', latencyMs, attempts: 2 };
}

function readFailure(headers: Headers): SaidByGateway {
  const [kind, status, matter] = (headers.get('x-sluice-failure') ?? '').split(' ');
  return {
    kind: kind === '' ? undefined : kind,
    status: status === undefined ? undefined : Number(status),
    matter,
  };
}

/** Who is at fault for a call that gave no answer: the revision or its binding, or a provider that refuses calls or is silent. */
export function faultOf({
  kind,
  status,
  matter,
  code,
  gatewayStatus,
}: SaidByGateway & { readonly code: string; readonly gatewayStatus: number | undefined }):
  'own' | Unanswered['how'] {
  switch (kind) {
    case 'connect':
    case 'unavailable':
      return 'refused';
    case 'timeout':
    case 'broken':
      return 'silent';
    case 'refused_here':
      return 'own';
    case 'status':
      // An empty account takes no call of any revision, whatever status the vendor gives it.
      if (matter !== undefined) return matter === 'account' ? 'refused' : 'own';
      // An error inside an answer that began well has no status of its own.
      return status !== undefined && status >= 400 ? faultOfStatus(status) : faultOfCode(code, gatewayStatus);
    default:
      return faultOfCode(code, gatewayStatus);
  }
}

/** Of a failure that no status of the provider's tells of: the gateway's own, or of one of before. */
function faultOfCode(code: string, gatewayStatus: number | undefined): 'own' | Unanswered['how'] {
  if (ownCodes.has(code)) return 'own';
  // What the revision needs beside its provider, a retriever, is away.
  if (code === 'unreachable') return 'refused';
  return gatewayStatus === undefined ? 'silent' : faultOfStatus(gatewayStatus);
}

function faultOfStatus(status: number): 'own' | Unanswered['how'] {
  if (refusingStatuses.includes(status)) return 'refused';
  return status >= 500 ? 'silent' : 'own';
}

/** The gateway says in whole seconds what a provider said in whatever form. */
function retryAfterMsOf(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
