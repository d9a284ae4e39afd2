import { SluiceError } from '../../domain/errors.ts';
import type { Usage } from '../../domain/usage.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import {
  createAnswerCollector,
  outputTextOf,
  textOf,
  toolCallsOf,
  type CollectedAnswer,
} from '../../protocols/collect-answer.ts';
import type { FinishReason, ModelEvent } from '../../protocols/event.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import { objectOf, parseJson } from '../../protocols/fields.ts';
import { eventsOf, readAnswer } from '../../protocols/read-events.ts';
import type { Scanned } from '../../protocols/scan.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol, ToolCall } from '../../protocols/request.ts';
import type { ServedBy } from './pinned-answer.ts';
import { createSseParser } from '../../protocols/sse.ts';

export type GatewayAnswer =
  /** `output` is the answer's text, else its refusal, else its tool calls as chat completions write them. */
  | {
      readonly kind: 'read';
      readonly output: string;
      readonly finishReason: FinishReason;
      readonly usage?: Usage;
      readonly servedBy?: ServedBy;
      /** The model said that it declines. */
      readonly refused: boolean;
      readonly toolCalls: readonly ToolCall[];
      /** When the first content of a stream came, on the clock of `performance.now()`. */
      readonly firstContentAtMs?: number;
    }
  /** It began well and did not end so. */
  | { readonly kind: 'broken'; readonly failure: ProviderFailure };

/**
 * Reads what a gateway answers, streamed or whole, by the readers that the gateway has for providers.
 *
 * Rejects as the body's stream does where the connection breaks.
 */
export async function readGatewayAnswer(response: Response, protocol: Protocol): Promise<GatewayAnswer> {
  const codec = outboundCodec(protocol);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const read: Read = { events: [], ownContent: [] };
  try {
    await (isStream ? readStream(codec, response, read) : readWhole(codec, response, read));
  } catch (error) {
    // A RangeError: an event of the stream that is longer than any is.
    if (error instanceof SluiceError || error instanceof RangeError)
      return { kind: 'broken', failure: failure('broken', error.message) };
    throw error;
  }
  return answerOf(read);
}

interface Read {
  readonly events: ModelEvent[];
  /** As JSON, what only the protocol itself has words for: a picture, a search. */
  readonly ownContent: string[];
  firstContentAtMs?: number;
  fingerprint?: string;
}

async function readWhole(codec: OutboundCodec, response: Response, read: Read): Promise<void> {
  const text = await response.text();
  const body = objectOf(parseJson(text, 'The answer'), '');
  read.events.push(...readAnswer(codec, body));
  const build = body['system_fingerprint'];
  if (typeof build === 'string') read.fingerprint = build;
  if (codec.scanWhole(body).own === true) read.ownContent.push(text);
}

async function readStream(codec: OutboundCodec, response: Response, read: Read): Promise<void> {
  const parser = createSseParser();
  const scanner = codec.createStreamScanner();
  const reader = codec.createStreamReader();
  const take = (scanned: Scanned, data = ''): void => {
    if (scanned.own === true) read.ownContent.push(data);
    if (scanned.content) read.firstContentAtMs ??= performance.now();
    read.events.push(...eventsOf(scanned, reader));
  };
  const body: ReadableStream<Uint8Array> | null = response.body;
  for await (const bytes of body ?? [])
    for (const message of parser.push(bytes)) take(scanner.scan(message), message.data);
  for (const message of parser.end()) take(scanner.scan(message), message.data);
  take(scanner.end());
}

function servedBy({ model }: CollectedAnswer, { fingerprint }: Read): { readonly servedBy?: ServedBy } {
  if (model === undefined || model === '') return {};
  return { servedBy: { model, ...(fingerprint === undefined ? {} : { fingerprint }) } };
}

function answerOf(read: Read): GatewayAnswer {
  const { events, ownContent, firstContentAtMs } = read;
  const collector = createAnswerCollector();
  for (const event of events) collector.add(event);
  const answer = collector.answer();
  if (answer.failure !== undefined) return { kind: 'broken', failure: answer.failure };
  const { finishReason } = answer;
  if (finishReason === undefined)
    return { kind: 'broken', failure: failure('broken', 'The answer ended before its end.') };
  const output = outputTextOf(answer) || (ownContent.length === 0 ? '' : `[${ownContent.join(',')}]`);
  return {
    kind: 'read',
    output,
    finishReason,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
    ...servedBy(answer, read),
    refused: finishReason === 'refusal' || textOf(answer, 'refusal') !== '',
    toolCalls: toolCallsOf(answer),
    ...(firstContentAtMs === undefined ? {} : { firstContentAtMs }),
  };
}
