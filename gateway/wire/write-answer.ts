import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { AnswerArgs, AnswerSummary, ModelEvent, ProviderFailure, WriteAnswer } from '../seam.ts';
import type { Codec } from './codec.ts';
import { codecOf } from './codecs.ts';
import { createAnswerCollector, textOf, toolCallsOf } from './collect-answer.ts';
import type { AnswerCollector, CollectedAnswer } from './collect-answer.ts';
import { failureAnswer } from './error-answer.ts';
import { failure, failureOfError } from './failure.ts';
import { keepAlive } from './keep-alive.ts';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no', // else nginx collects the stream
};

const nothingSent = failure('empty', 'The provider ended its answer without finishing it.');

/**
 * Writes an answer in the protocol that its request came in: as a stream, whose head goes out with the first event or
 * after `keepAliveMs`, or whole. Never throws: what goes wrong is in the summary and, as far as it can be, in the answer.
 */
export const writeAnswer: WriteAnswer = async (response, args) => {
  const collector = createAnswerCollector();
  const codec = codecOf(args.request.raw.protocol);
  const write = args.request.stream ? writeStream : writeWhole;
  let thrown: ProviderFailure | undefined;
  try {
    await write(response, codec, args, collector);
  } catch (error) {
    thrown = failureOfError(error);
    if (!gone(response)) writeFailure(response, codec, args, thrown);
  }
  return summaryOf(response, collector.answer(), thrown);
};

/** The caller went away before the end of the answer. */
function gone(response: ServerResponse): boolean {
  return response.destroyed || (response.closed && !response.writableFinished);
}

async function writeStream(
  response: ServerResponse,
  codec: Codec,
  args: AnswerArgs,
  collector: AnswerCollector,
): Promise<void> {
  const { request, createdS, clock, keepAliveMs } = args;
  const writer = codec.createStreamWriter({ id: codec.idPrefix + args.id, createdS, request });
  const alive = keepAlive(clock, keepAliveMs, () => {
    openStream(response, args);
    response.write(codec.keepAlive);
  });
  try {
    for await (const event of whileConnected(response, args.events)) {
      collector.add(event);
      if (event.type === 'error' && !response.headersSent) {
        writeFailure(response, codec, args, event.failure);
        return;
      }
      openStream(response, args);
      const frames = writer.write(event);
      if (frames.length === 0) continue;
      alive.restart();
      if (!response.write(frames.join(''))) await drained(response);
    }
    if (!isOver(collector) && !gone(response)) endBroken(response, codec, args, collector);
    response.end();
  } finally {
    alive.stop();
  }
}

function openStream(response: ServerResponse, args: AnswerArgs): void {
  if (response.headersSent) return;
  response.writeHead(200, { ...args.headers(), ...streamHeaders });
  response.flushHeaders();
}

async function drained(response: ServerResponse): Promise<void> {
  const left = new AbortController();
  // A caller that went away never drains.
  await Promise.race([
    once(response, 'drain', { signal: left.signal }),
    once(response, 'close', { signal: left.signal }),
  ]).finally(() => {
    left.abort();
  });
}

async function writeWhole(
  response: ServerResponse,
  codec: Codec,
  args: AnswerArgs,
  collector: AnswerCollector,
): Promise<void> {
  for await (const event of whileConnected(response, args.events)) collector.add(event);
  if (gone(response)) return;
  const answer = collector.answer();
  if (!isOver(collector)) {
    endBroken(response, codec, args, collector);
    return;
  }
  if (answer.failure !== undefined) {
    writeFailure(response, codec, args, answer.failure);
    return;
  }
  const body = Buffer.from(JSON.stringify(bodyOf(codec, answer, args)));
  response.writeHead(200, {
    ...args.headers(),
    'content-type': 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}

/** The answer's body. What a model wrote may not fit the protocol: that is the provider's answer being broken. */
function bodyOf(codec: Codec, answer: CollectedAnswer, args: AnswerArgs): JsonObject {
  const identity = { id: codec.idPrefix + args.id, createdS: args.createdS, request: args.request };
  try {
    return codec.writeWhole(answer, identity);
  } catch (error) {
    throw error instanceof SluiceError
      ? new SluiceError('broken_measurement', error.message, { cause: error })
      : error;
  }
}

function isOver(collector: AnswerCollector): boolean {
  const { finishReason, failure: failed } = collector.answer();
  return finishReason !== undefined || failed !== undefined;
}

/** Events that ended without an end: the summary must tell it as the caller hears it. */
function endBroken(
  response: ServerResponse,
  codec: Codec,
  args: AnswerArgs,
  collector: AnswerCollector,
): void {
  collector.add({ type: 'error', failure: nothingSent });
  writeFailure(response, codec, args, nothingSent);
}

/** A failure as HTTP error or, where the head is out already, as the stream's last event. */
function writeFailure(
  response: ServerResponse,
  codec: Codec,
  args: AnswerArgs,
  failed: ProviderFailure,
): void {
  if (response.headersSent) {
    const writer = codec.createStreamWriter({
      id: codec.idPrefix + args.id,
      createdS: args.createdS,
      request: args.request,
    });
    response.end(writer.write({ type: 'error', failure: failed }).join(''));
    return;
  }
  const { status, body, headers } = failureAnswer(codec.protocol, failed);
  const bytes = Buffer.from(JSON.stringify(body));
  const contentHeaders = { 'content-type': 'application/json', 'content-length': bytes.length };
  response.writeHead(status, { ...args.headers(), ...headers, ...contentHeaders });
  response.end(bytes);
}

/** The events until the caller goes away. */
async function* whileConnected(
  response: ServerResponse,
  events: AsyncIterable<ModelEvent>,
): AsyncGenerator<ModelEvent> {
  const iterator = events[Symbol.asyncIterator]();
  const left = new Promise<'left'>((resolve) => {
    response.once('close', () => {
      resolve('left');
    });
  });
  try {
    while (!gone(response)) {
      const next = await Promise.race([iterator.next(), left]);
      if (next === 'left' || next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: what is asked for its next event answers this only after that event.
    iterator.return?.().catch(ignoreAfterEnd);
  }
}

/** Closing what nobody reads any more has nobody left to tell of its failure. */
function ignoreAfterEnd(): void {
  return;
}

function summaryOf(
  response: ServerResponse,
  answer: CollectedAnswer,
  thrown: ProviderFailure | undefined,
): AnswerSummary {
  const disconnected = gone(response);
  const errored = thrown ?? answer.failure;
  return {
    ok: !disconnected && errored === undefined && answer.finishReason !== undefined,
    status: response.statusCode,
    text: textOf(answer, 'text') + textOf(answer, 'refusal'),
    textLength: textOf(answer, 'text').length + textOf(answer, 'refusal').length,
    toolCalls: toolCallsOf(answer),
    refusal: answer.finishReason === 'refusal' || answer.blocks.some((block) => block.kind === 'refusal'),
    disconnected,
    ...(answer.finishReason === undefined ? {} : { finishReason: answer.finishReason }),
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
    ...(errored === undefined ? {} : { errored }),
  };
}
