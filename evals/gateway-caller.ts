import OpenAI from 'openai';
import { SluiceError } from '../domain/errors.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import type { CallModel, ModelCall, ModelReply } from './model-call.ts';
import { costUsd, type Price } from './pricing.ts';

export interface GatewayCallerOptions {
  /** Of the gateway, without a path. */
  baseUrl: string;
  internalToken: string;
  app: string;
  /** Of each revision that will be asked, by digest: the prices of its chain. */
  prices: ReadonlyMap<string, readonly (Price | undefined)[]>;
  /** Longer than the revisions' own timers, which decide first. */
  timeoutMs: number;
}

interface ChatAnswer {
  choices?: { message?: { content?: string | null; refusal?: string | null; tool_calls?: unknown[] } }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
}

/** Codes by which the gateway says that it does not take the call itself: nothing is known about the revision. */
const gatewayRefusals = new Set(['forbidden', 'unauthenticated', 'not_found', 'not_active']);

/**
 * Asks revisions through a gateway, pinned, by the official client: the way that production goes. Never retries, because
 * every call is accounted for.
 */
export function createGatewayCaller(options: GatewayCallerOptions): CallModel {
  const client = new OpenAI({
    baseURL: new URL('/v1', options.baseUrl).href,
    apiKey: 'sluice-internal',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: options.timeoutMs,
  });
  return async (call) => {
    const started = performance.now();
    try {
      const { data, response } = await client
        .post<ChatAnswer>('/chat/completions', {
          body: requestBody(options.app, call.vars),
          headers: pinHeaders(options.internalToken, call),
          signal: call.signal,
        })
        .withResponse();
      return answered(data, performance.now() - started, priceOf(options, call, response.headers));
    } catch (error) {
      return failure(error, performance.now() - started, options);
    }
  };
}

/** `message`, or `messages`, is the conversation; all other variables are the prompt's. */
export function requestBody(app: string, vars: JsonObject): Record<string, JsonValue> {
  const { message, messages, ...variables } = vars;
  const conversation = messages ?? (message === undefined ? [] : [{ role: 'user', content: message }]);
  return { model: app, messages: conversation, sluice: { variables } };
}

export function pinHeaders(
  internalToken: string,
  call: Pick<ModelCall, 'revision' | 'target'>,
): Record<string, string> {
  return {
    'x-sluice-pin': call.revision,
    'x-sluice-internal-token': internalToken,
    ...(call.target === 0 ? {} : { 'x-sluice-target': String(call.target) }),
  };
}

function answered(answer: ChatAnswer, latencyMs: number, price: Price | undefined): ModelReply {
  const message = answer.choices?.[0]?.message;
  const text = message?.content ?? message?.refusal ?? '';
  const calls = message?.tool_calls ?? [];
  const output = text === '' && calls.length > 0 ? JSON.stringify(calls) : text;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = answer.usage ?? {};
  if (inputTokens === undefined || outputTokens === undefined) return { kind: 'answered', output, latencyMs };
  const usage = { inputTokens, outputTokens };
  return {
    kind: 'answered',
    output,
    latencyMs,
    ...usage,
    ...(price === undefined ? {} : { costUsd: costUsd(price, usage) }),
  };
}

/** The target that answered is the one asked for, or the one that the gateway came to by its attempts. */
function priceOf({ prices }: GatewayCallerOptions, call: ModelCall, headers: Headers): Price | undefined {
  const chain = prices.get(call.revision);
  const attempts = Number(headers.get('x-sluice-attempts') ?? '1');
  return chain?.[call.target > 0 ? call.target : attempts - 1];
}

function failure(error: unknown, latencyMs: number, { baseUrl }: GatewayCallerOptions): ModelReply {
  // Of the caller's own wish: neither an answer nor a broken gateway.
  if (error instanceof OpenAI.APIUserAbortError) throw error;
  if (error instanceof OpenAI.APIConnectionError) {
    throw new SluiceError('unreachable', `The gateway at ${baseUrl} does not answer: ${error.message}`, {
      remedy: 'See that the staging gateway runs (GET /readyz).',
      cause: error,
    });
  }
  if (!(error instanceof OpenAI.APIError)) throw error;
  const code = error.code ?? error.type ?? String(error.status);
  if (gatewayRefusals.has(code)) {
    throw new SluiceError(
      'broken_measurement',
      `The gateway at ${baseUrl} refuses the evaluation: ${error.message}`,
      {
        remedy: 'See that it has the same SLUICE_INTERNAL_TOKEN as the worker and knows the revision.',
        cause: error,
      },
    );
  }
  return { kind: 'failed', code, message: error.message, latencyMs };
}
