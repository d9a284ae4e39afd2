import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { SimulatedFault, FaultStore } from './faults.ts';
import { readJson } from './json-body.ts';
import type { Model } from './models/catalogue.ts';
import { afflicted } from './models/afflicted.ts';
import { generate } from './models/generate.ts';
import type { SimulatedJudge } from './models/judge.ts';
import type { ParsedRequest, SimulatedProtocol, SimulatedRefusal } from './protocols/protocol.ts';
import { replyStreaming, replyWhole } from './reply.ts';
import type { CallOutcome, Stats } from './stats.ts';

/** What every request of a simulator shares. */
export interface ProviderState {
  readonly catalogue: readonly Model[];
  readonly faults: FaultStore;
  readonly stats: Stats;
  readonly judge: SimulatedJudge;
  /** Takes callers without a key, too. */
  readonly keyless: boolean;
  readonly speed: number;
  /** Counts requests up; varies answers above temperature 0. */
  nextOccurrence(): number;
}

/** Answers one request to a model as its vendor would: key, body, model, faults, answer; and counts how it ended. */
export async function exchange(
  protocol: SimulatedProtocol,
  request: IncomingMessage,
  response: ServerResponse,
  state: ProviderState,
): Promise<void> {
  const requestId = `req_${randomBytes(12).toString('hex')}`;
  response.setHeader(protocol.requestIdHeader, requestId);
  const refuse = (model: string, refusal: SimulatedRefusal): void => {
    if (refusal.kind !== 'rate_limit' && refusal.kind !== 'server_error')
      state.stats.count(model, refusal.kind);
    const body = JSON.stringify(protocol.errorBody(refusal, requestId));
    response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(body);
  };
  if (!state.keyless && protocol.apiKeyOf(request.headers) === undefined) {
    refuse('-', { status: 401, kind: 'unauthorized', message: 'No API key was provided.' });
    return;
  }
  const parsed = await parseRequest(protocol, request);
  if ('status' in parsed) {
    refuse('-', parsed);
    return;
  }
  const model = state.catalogue.find(({ id, vendor }) => id === parsed.model && vendor === protocol.vendor);
  if (model === undefined) {
    const message = `The model \`${parsed.model}\` does not exist or you do not have access to it.`;
    refuse('-', { status: 404, kind: 'model_not_found', message });
    return;
  }
  await serve({ protocol, parsed, model, response, state, refuse });
}

async function parseRequest(
  protocol: SimulatedProtocol,
  request: IncomingMessage,
): Promise<ParsedRequest | SimulatedRefusal> {
  try {
    return protocol.parse(await readJson(request));
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    const message =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : 'We could not parse the JSON body of your request.';
    return { status: 400, kind: 'invalid_request', message };
  }
}

interface Service {
  readonly protocol: SimulatedProtocol;
  readonly parsed: ParsedRequest;
  readonly model: Model;
  readonly response: ServerResponse;
  readonly state: ProviderState;
  readonly refuse: (model: string, refusal: SimulatedRefusal) => void;
}

async function serve(service: Service): Promise<void> {
  const { protocol, parsed, model, response, state } = service;
  const left = new AbortController();
  response.once('close', () => {
    left.abort();
  });
  const lastMessage = parsed.request.messages.findLast(({ role }) => role === 'user')?.text ?? '';
  const struck = { provider: protocol.vendor, model: model.id, inputCharacters: lastMessage.length };
  const { latencyMs, fault } = state.faults.strike(struck);
  let outcome: CallOutcome = fault?.kind ?? (latencyMs > 0 ? 'latency' : 'ok');
  try {
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: left.signal });
    if (fault !== undefined && (await failBeforeAnswer(service, fault, left.signal))) return;
    await answer(service, fault, left.signal);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    outcome = 'aborted';
  } finally {
    state.stats.count(model.id, outcome);
  }
}

/** Faults that leave no answer. Returns whether it dealt with the request. */
async function failBeforeAnswer(
  service: Service,
  fault: SimulatedFault,
  left: AbortSignal,
): Promise<boolean> {
  const { response, model, refuse } = service;
  switch (fault.kind) {
    case 'rate_limit':
      response.setHeader('retry-after', fault.retryAfterSeconds);
      refuse(model.id, {
        status: fault.status ?? 429,
        kind: 'rate_limit',
        message: `Rate limit reached for ${model.id}.`,
      });
      return true;
    case 'server_error':
      refuse(model.id, {
        status: fault.status ?? 500,
        kind: 'server_error',
        message: 'The server had an error.',
      });
      return true;
    case 'hang':
      if (!left.aborted) await once(left, 'abort');
      return true;
    case 'refuse_connection':
      response.socket?.resetAndDestroy();
      return true;
    case 'latency':
    case 'broken_stream':
    case 'malformed_body':
    case 'empty':
    case 'truncated':
    case 'refused':
    case 'invalid_format':
    case 'model_changed':
      return false;
  }
}

async function answer(
  service: Service,
  fault: SimulatedFault | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { protocol, parsed, model, response, state } = service;
  const full = generate(model, parsed.request, { occurrence: state.nextOccurrence(), judge: state.judge });
  const generated = fault === undefined ? full : afflicted(full, fault.kind);
  const context = {
    id: protocol.newId(),
    // Another one answers behind its name, and says so.
    model: fault?.kind === 'model_changed' ? `${model.id}-next` : model.id,
    createdAt: Math.floor(Date.now() / 1000),
    includeUsage: parsed.includeUsage,
  };
  const reply = {
    protocol,
    generated,
    context,
    durationMs: generated.durationMs / state.speed,
    signal,
    ...(fault === undefined ? {} : { fault }),
  };
  await (parsed.stream ? replyStreaming(response, reply) : replyWhole(response, reply));
}
