import { messageOf } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Clock } from '../clock.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import { failure, failureOfStatus, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { ResolvedTarget } from '../../protocols/target.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import type { VendorError } from '../../protocols/failures/vendor-error.ts';
import { isJsonArray, isJsonObject, parseJson } from '../../protocols/fields.ts';
import { cleanFailure } from './clean-failure.ts';
import { exchange, type ExchangeRequest, type ExchangeResponse } from './exchange.ts';
import { failureOfThrown, FailureError } from './failure-error.ts';
import type { Pools } from './pools.ts';
import { readEvents } from './read-events.ts';
import { retryAfterMsOf } from './retry-after.ts';
import { textWithin } from './text-within.ts';
import { type CallTimers, startTimers } from './timers.ts';

export interface ProviderCall {
  readonly target: ResolvedTarget;
  readonly codec: OutboundCodec;
  readonly body: JsonObject;
  readonly clock: Clock;
  /** Its reason is the `FailureError` that the call then ends with. */
  readonly signal: AbortSignal;
  readonly traceHeaders?: Readonly<Record<string, string>>;
  /** Headers of the caller's, of which a vendor is sent its own. */
  readonly callersHeaders?: Readonly<Record<string, string>>;
  /** In milliseconds, where others may be asked after it: for the whole call, or until a stream's first content. */
  readonly limitMs?: number | undefined;
  /** Told the status once there is one. */
  readonly onStatus?: (status: number) => void;
}

/** `:`, with which a comment of an event stream begins: what some servers send while a model thinks. */
const commentStart = 0x3a;

/** 32 MiB, far above any model's longest answer. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** Does this event bring what a caller waits for? */
export function isContent(event: ModelEvent): boolean {
  switch (event.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return event.delta !== '';
    case 'tool_call':
      return true;
    case 'relay':
      return event.content === true;
    case 'start':
    case 'usage':
    case 'finish':
    case 'error':
      return false;
  }
}

/**
 * Calls a provider once. The events end with `finish` or `error`, whatever the provider does; leaving them early ends
 * the call. An answer that finishes without content is an error unless its reason says why there is none.
 */
export async function* callProvider(pools: Pools, call: ProviderCall): AsyncGenerator<ModelEvent> {
  const abort = new AbortController();
  const follow = (): void => {
    abort.abort(call.signal.reason);
  };
  if (call.signal.aborted) follow();
  call.signal.addEventListener('abort', follow);
  const { target, limitMs } = call;
  const timed = { timeouts: target.timeoutsMs, streams: call.body['stream'] === true, limitMs };
  const timers = startTimers(call.clock, timed, abort);
  try {
    for await (const event of untilOver(answerEvents(pools, call, abort, timers), timers)) {
      yield event.type === 'error' ? { ...event, failure: cleaned(event.failure, call) } : event;
    }
  } catch (error) {
    yield { type: 'error', failure: cleaned(failureOfThrown(error), call) };
  } finally {
    timers.stop();
    call.signal.removeEventListener('abort', follow);
    abort.abort(new FailureError(failure('aborted', 'The answer was not read to its end.')));
  }
}

function cleaned(failed: ProviderFailure, { target, body }: ProviderCall): ProviderFailure {
  return cleanFailure(failed, { apiKey: target.apiKey, body });
}

/** Not the content that callers wait for, but the model is at work on it. */
function isSignOfLife(event: ModelEvent): boolean {
  return event.type === 'relay' && event.alive === true;
}

async function* untilOver(events: AsyncIterable<ModelEvent>, timers: CallTimers): AsyncGenerator<ModelEvent> {
  let hasContent = false;
  for await (const event of events) {
    if (!hasContent && isContent(event)) {
      hasContent = true;
      timers.hasContent();
    }
    if (hasContent || isSignOfLife(event)) timers.lives();
    const isEmpty = event.type === 'finish' && !hasContent && ['stop', 'tool_calls'].includes(event.reason);
    yield isEmpty
      ? { type: 'error', failure: failure('empty', 'The provider answered without any content.') }
      : event;
    if (event.type === 'finish' || event.type === 'error') return;
  }
  yield { type: 'error', failure: failure('broken', "The provider's answer ended before it was finished.") };
}

async function* answerEvents(
  pools: Pools,
  call: ProviderCall,
  abort: AbortController,
  timers: CallTimers,
): AsyncGenerator<ModelEvent> {
  const { origin, ...request } = requestOf(call);
  const response = await exchange(pools.of(origin), request, abort.signal, timers.connected);
  call.onStatus?.(response.status);
  const bytes = watched(response.bytes, timers);
  if (response.status < 200 || response.status > 299) {
    yield { type: 'error', failure: await failureOfResponse(response, bytes, call) };
    return;
  }
  const isStream = (response.headers['content-type'] ?? '').includes('text/event-stream');
  const asAsked = isStream === (call.body['stream'] === true);
  for await (const event of readEvents(bytes, call.codec, isStream)) {
    // A server that streams unasked, or does not when asked: its payloads fit no caller.
    if (asAsked) yield event;
    else if (event.type === 'start') yield { type: 'start', model: event.model };
    else if (event.type !== 'relay') yield event;
  }
}

/** The bytes, with the idle timer running while they are waited for, up to the limit. */
async function* watched(bytes: AsyncIterable<Uint8Array>, timers: CallTimers): AsyncGenerator<Uint8Array> {
  let size = 0;
  timers.waiting();
  for await (const chunk of bytes) {
    timers.arrived();
    if (chunk[0] === commentStart) timers.lives();
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw new FailureError(
        failure('broken', `The provider's answer is longer than ${maxAnswerBytes} bytes.`),
      );
    }
    yield chunk;
    timers.waiting();
  }
  timers.arrived();
}

function requestOf(call: ProviderCall): ExchangeRequest & { origin: string } {
  const { target, codec, body, traceHeaders } = call;
  const request = { ...placeOf(call), body: textOf(body) };
  return {
    ...request,
    headers: {
      ...traceHeaders,
      accept: body['stream'] === true ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
      'user-agent': 'sluice',
      ...codec.requestHeaders,
      ...ownOf(codec, call.callersHeaders ?? {}),
      ...(target.apiKey === undefined ? {} : codec.sign(request, target.apiKey)),
    },
  };
}

/** Below the binding's address, with its query and the endpoint's own. */
function placeOf({ target, codec, body }: ProviderCall): { origin: string; path: string } {
  const url = new URL(target.baseUrl);
  const [path = '', query] = codec
    .endpoint({ model: target.model, stream: body['stream'] === true })
    .split('?');
  const search = [url.search.slice(1), query].filter((part) => part !== undefined && part !== '').join('&');
  return {
    origin: url.origin,
    path: url.pathname.replace(/\/$/, '') + path + (search === '' ? '' : `?${search}`),
  };
}

/** Of the caller's headers those that this vendor is sent. */
function ownOf(codec: OutboundCodec, headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => codec.callersHeaders.includes(name)));
}

/** What cannot be written never reaches the provider, and is not its fault. */
function textOf(body: JsonObject): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const reason = failure('refused_here', `The request cannot be written as JSON: ${messageOf(cause)}.`);
    throw new FailureError(reason, cause);
  }
}

/** What a provider says of its refusal is waited for so long, and read so far: its status says most. */
const refusalLimits = { ms: 5_000, bytes: 1024 * 1024 };

async function failureOfResponse(
  response: ExchangeResponse,
  bytes: AsyncIterable<Uint8Array>,
  { codec, clock, target }: ProviderCall,
): Promise<ProviderFailure> {
  const error = vendorErrorOf((await textWithin(bytes, clock, refusalLimits)) ?? '', codec);
  return failureOfStatus(response.status, error, {
    retryAfterMs: retryAfterMsOf(response.headers, clock.epochMs()),
    revisionParameters: Object.keys(target.parameters),
  });
}

/** The vendor's error, where the body is one: a proxy on the way may answer with a page. */
function vendorErrorOf(text: string, codec: OutboundCodec): VendorError | undefined {
  try {
    const parsed = parseJson(text, 'The body');
    const body = isJsonArray(parsed) ? parsed[0] : parsed; // as Gemini's OpenAI endpoint has it
    return isJsonObject(body) ? codec.readError(body) : undefined;
  } catch {
    return undefined; // the status says it all
  }
}
