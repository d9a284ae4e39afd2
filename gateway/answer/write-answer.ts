import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { AnswerArgs, AnswerSummary, WriteAnswer } from './answer.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import { failure, failureOfError, type ProviderFailure } from '../../protocols/failures/failure.ts';
import type { AnswerIdentity, InboundCodec, StreamWriter } from '../../protocols/inbound.ts';
import { inboundCodec } from '../../protocols/registry.ts';
import {
  type AnswerCollector,
  type CollectedAnswer,
  createAnswerCollector,
  textOf,
  toolCallsOf,
} from '../../protocols/collect-answer.ts';
import { failureAnswer } from '../../protocols/failures/error-answer.ts';
import { keepAlive } from './keep-alive.ts';

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no', // else nginx collects the stream
};

const neverFinished = failure('broken', 'The provider ended its answer without finishing it.');

/** An answer on its way out. */
interface Output {
  readonly response: ServerResponse;
  readonly codec: InboundCodec;
  readonly args: AnswerArgs;
  readonly collector: AnswerCollector;
  readonly identity: AnswerIdentity;
}

/**
 * Writes an answer in the protocol that its request came in: as a stream, whose head goes out with the first event or
 * after `keepAliveMs`, or whole. Never throws: what goes wrong is in the summary and, as far as it can be, in the answer.
 */
export const writeAnswer: WriteAnswer = async (response, args) => {
  const { request, createdS } = args;
  const codec = inboundCodec(request.raw.protocol);
  const collector = createAnswerCollector();
  const identity = { id: codec.idPrefix + args.id, createdS, request };
  const output: Output = { response, codec, args, collector, identity };
  // One writer to the stream's end: its events are numbered, and the error that ends it is one of them.
  const writer = request.stream ? codec.createStreamWriter(identity) : undefined;
  let thrown: ProviderFailure | undefined;
  try {
    await (writer === undefined ? writeWhole(output) : writeStream(output, writer));
  } catch (error) {
    thrown = failureOfError(error);
    if (!(error instanceof SluiceError) && !gone(response)) args.onUnexpected(error);
    if (!gone(response)) writeFailure(output, thrown, writer);
  }
  return summaryOf(response, collector.answer(), thrown);
};

/** The caller went away before the end of the answer. */
function gone(response: ServerResponse): boolean {
  return response.destroyed || (response.closed && !response.writableFinished);
}

async function writeStream(output: Output, writer: StreamWriter): Promise<void> {
  const { response, codec, args, collector } = output;
  const alive = keepAlive(args.clock, args.keepAliveMs, () => {
    openStream(response, args);
    response.write(codec.keepAlive);
  });
  try {
    for await (const event of whileConnected(response, args.events)) {
      collector.add(event);
      if (event.type === 'error' && !response.headersSent) {
        writeFailure(output, event.failure, writer);
        return;
      }
      openStream(response, args);
      const frames = writer.write(event);
      if (frames.length === 0) continue;
      alive.restart();
      if (!response.write(frames.join(''))) await drained(response, args);
    }
    if (!isOver(collector) && !gone(response)) endBroken(output, neverFinished, writer);
    endWithin(response, args);
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

/** A caller that takes nothing of its answer for longer is given up, and its connection with it. */
const defaultStalledMs = 60_000;

/** What is still on its way out is waited for only while it moves. */
function endWithin(response: ServerResponse, { stalledMs = defaultStalledMs }: AnswerArgs): void {
  response.setTimeout(stalledMs); // Node's: it destroys a connection on which nothing moves, and ends with the answer.
}

async function drained(response: ServerResponse, args: AnswerArgs): Promise<void> {
  if (gone(response)) return;
  const left = new AbortController();
  endWithin(response, args);
  // A caller that went away never drains.
  await Promise.race([
    once(response, 'drain', { signal: left.signal }),
    once(response, 'close', { signal: left.signal }),
  ]).finally(() => {
    left.abort();
    response.setTimeout(0);
  });
}

async function writeWhole(output: Output): Promise<void> {
  const { response, args, collector } = output;
  for await (const event of whileConnected(response, args.events)) collector.add(event);
  if (gone(response)) return;
  const { failure: failed } = collector.answer();
  if (!isOver(collector)) {
    endBroken(output, neverFinished);
    return;
  }
  if (failed !== undefined) {
    writeFailure(output, failed);
    return;
  }
  const written = bodyOf(output);
  if ('broken' in written) {
    endBroken(output, written.broken);
    return;
  }
  const body = Buffer.from(JSON.stringify(written.body));
  response.writeHead(200, {
    ...args.headers(),
    'content-type': 'application/json',
    'content-length': body.length,
  });
  endWithin(response, args);
  response.end(body);
}

/** The answer's body. What a model wrote may not fit the protocol: that is the provider's answer being broken. */
function bodyOf({ codec, collector, identity }: Output): { body: JsonObject } | { broken: ProviderFailure } {
  try {
    return { body: codec.writeWhole(collector.answer(), identity) };
  } catch (error) {
    if (error instanceof SluiceError) return { broken: failure('broken', error.message) };
    throw error;
  }
}

function isOver(collector: AnswerCollector): boolean {
  const { finishReason, failure: failed } = collector.answer();
  return finishReason !== undefined || failed !== undefined;
}

/** What came is no whole answer: the summary must tell it as the caller hears it. */
function endBroken(output: Output, broken: ProviderFailure, writer?: StreamWriter): void {
  output.collector.add({ type: 'error', failure: broken });
  writeFailure(output, broken, writer);
}

/** A failure as HTTP error or, where the head of a stream is out already, as the stream's last event. */
function writeFailure(
  { response, codec, args }: Output,
  failed: ProviderFailure,
  writer?: StreamWriter,
): void {
  if (response.headersSent) {
    response.end(writer?.write({ type: 'error', failure: failed }).join(''));
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
  let leave = (): void => undefined;
  const closed = (): void => {
    leave();
  };
  response.once('close', closed);
  try {
    while (!gone(response)) {
      // A promise for each event: one that outlives them would keep whatever it was raced against.
      const left = new Promise<'left'>((resolve) => {
        leave = () => {
          resolve('left');
        };
      });
      const next = await Promise.race([iterator.next(), left]);
      if (next === 'left' || next.done === true) return;
      yield next.value;
    }
  } finally {
    response.off('close', closed);
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
