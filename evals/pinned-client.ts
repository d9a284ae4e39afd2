import OpenAI, { APIError } from 'openai';
import { SluiceError } from '../domain/errors.ts';
import type { Usage } from '../protocols/event.ts';
import { codecOf } from '../protocols/registry.ts';
import type { GatewayRequest } from '../protocols/gateway-request.ts';
import type { FailedReply } from './model-call.ts';
import { readGatewayAnswer } from './read-gateway-answer.ts';

export interface PinnedClientOptions {
  /** Of the gateway, without a path. */
  baseUrl: string;
  internalToken: string;
  /** Longer than the revisions' own timers, which decide first. */
  timeoutMs: number;
}

export interface PinnedQuestion {
  /** Digest of the revision that shall answer. */
  revision: string;
  /** 0: the chain as it is; above: this target of it alone. */
  target: number;
  request: GatewayRequest;
  signal?: AbortSignal | undefined;
}

export type PinnedAnswer =
  | {
      kind: 'answered';
      output: string;
      /** In OpenAI's words; absent where the gateway tells none. */
      finishReason?: string;
      latencyMs: number;
      usage?: Usage;
      /** How many targets were tried, the one that answered included. */
      attempts: number;
    }
  | FailedReply;

/** Throws `unreachable` or `broken_measurement` where the gateway does not take the question at all. */
export type AskPinned = (question: PinnedQuestion) => Promise<PinnedAnswer>;

/**
 * Codes by which the gateway says that it does not take the call itself: nothing is known about the revision. (A name that
 * a revision needs and that is not there is the revision’s failure.)
 */
const gatewayRefusals = new Set(['forbidden', 'unauthenticated', 'not_active']);

/** What an outage or too much traffic looks like, besides 5xx; the gateway says 502 to 504 of providers that are away. */
const passingStatuses = [408, 409, 429];
/**
 * What providers call a wrong model, request or key. The gateway tells its caller of some of them by a 502, but they are
 * of the revision's or its binding's making, whatever the provider's health.
 */
const ownCodes = new Set([
  ...['model_not_found', 'not_found_error', 'invalid_request_error', 'http_404'],
  ...['authentication_error', 'permission_error', 'invalid_api_key', 'http_401', 'http_403'],
]);

/**
 * Asks a certain revision through a gateway, by the official client: the way that production goes. Never retries, because
 * every call is accounted for.
 */
export function createPinnedClient({ baseUrl, internalToken, timeoutMs }: PinnedClientOptions): AskPinned {
  const client = new OpenAI({
    baseURL: new URL(baseUrl).origin,
    apiKey: 'sluice-internal',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
  });
  return async ({ revision, target, request, signal }) => {
    const started = performance.now();
    const headers = {
      ...request.headers,
      'x-sluice-pin': revision,
      'x-sluice-internal-token': internalToken,
      ...(target === 0 ? {} : { 'x-sluice-target': String(target) }),
    };
    try {
      const { protocol, body } = request;
      const path = codecOf(protocol).gatewayPath;
      const response = await client.post(path, { body, headers, signal }).asResponse();
      const answer = await readGatewayAnswer(response, protocol);
      const latencyMs = performance.now() - started;
      if (answer.kind === 'broken') {
        const { code, message, status } = answer.failure;
        return { kind: 'failed', code, message, latencyMs, fault: faultOf(status, code) };
      }
      const attempts = Number(response.headers.get('x-sluice-attempts') ?? '1');
      const { output, finishReason, usage } = answer;
      return {
        kind: 'answered',
        output,
        finishReason,
        latencyMs,
        ...(usage === undefined ? {} : { usage }),
        attempts,
      };
    } catch (error) {
      return failed(error, performance.now() - started, baseUrl);
    }
  };
}

function failed(error: unknown, latencyMs: number, baseUrl: string): PinnedAnswer {
  // Of the caller's own wish: neither an answer nor a broken gateway.
  if (error instanceof OpenAI.APIUserAbortError) throw error;
  if (error instanceof OpenAI.APIConnectionError) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer: ${error.message}`, {
      remedy: 'See that the staging gateway runs (GET /readyz).',
      cause: error,
    });
  }
  if (!(error instanceof APIError)) throw error;
  const code = codeOf(error);
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
  return { kind: 'failed', code, message: error.message, latencyMs, fault: faultOf(error.status, code) };
}

interface ErrorAnswered {
  status?: unknown;
  headers?: unknown;
  code?: string | null | undefined;
  type?: string | undefined;
}

/** The gateway's own word for it, which not every protocol's form of errors has room for. */
function codeOf(error: ErrorAnswered): string {
  const { headers } = error;
  const said = headers instanceof Headers ? headers.get('x-sluice-code') : null;
  return said ?? error.code ?? error.type ?? String(error.status);
}

/** An error without a status came inside an answer: the provider broke off. */
function faultOf(status: unknown, code: string): FailedReply['fault'] {
  if (ownCodes.has(code)) return 'revision';
  if (typeof status !== 'number') return 'provider';
  return status >= 500 || passingStatuses.includes(status) ? 'provider' : 'revision';
}
