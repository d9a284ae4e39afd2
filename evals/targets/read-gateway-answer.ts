import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import {
  type CollectedAnswer,
  createAnswerCollector,
  textOf,
  toolCallsOf,
} from '../../protocols/collect-answer.ts';
import type { FinishReason, ModelEvent, Usage } from '../../protocols/event.ts';
import { failure, type ProviderFailure } from '../../protocols/failures/failure.ts';
import { objectOf, parseJson } from '../../protocols/fields.ts';
import { outboundCodec } from '../../protocols/registry.ts';
import type { Protocol } from '../../protocols/request.ts';
import { createSseParser } from '../../protocols/sse.ts';

export type GatewayAnswer =
  /** `output` is the answer's text, else its refusal, else its tool calls as chat completions write them. */
  | {
      readonly kind: 'read';
      readonly output: string;
      readonly finishReason: FinishReason;
      readonly usage?: Usage;
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
  const events: ModelEvent[] = [];
  try {
    for await (const event of isStream ? streamedEvents(codec, response) : wholeEvents(codec, response))
      events.push(event);
  } catch (error) {
    // A RangeError: an event of the stream that is longer than any is.
    if (error instanceof SluiceError || error instanceof RangeError)
      return { kind: 'broken', failure: failure('broken', error.message) };
    throw error;
  }
  return answerOf(events);
}

async function* wholeEvents(codec: OutboundCodec, response: Response): AsyncGenerator<ModelEvent> {
  yield* codec.readWhole(objectOf(parseJson(await response.text(), 'The answer'), ''));
}

async function* streamedEvents(codec: OutboundCodec, response: Response): AsyncGenerator<ModelEvent> {
  const parser = createSseParser();
  const reader = codec.createStreamReader();
  const body: ReadableStream<Uint8Array> | null = response.body;
  for await (const bytes of body ?? []) for (const message of parser.push(bytes)) yield* reader.read(message);
  for (const message of parser.end()) yield* reader.read(message);
  yield* reader.end();
}

function answerOf(events: readonly ModelEvent[]): GatewayAnswer {
  const collector = createAnswerCollector();
  for (const event of events) collector.add(event);
  const answer = collector.answer();
  if (answer.failure !== undefined) return { kind: 'broken', failure: answer.failure };
  const { finishReason } = answer;
  if (finishReason === undefined)
    return { kind: 'broken', failure: failure('broken', 'The answer ended before its end.') };
  const output = outputOf(answer) || ownContentOf(events);
  return {
    kind: 'read',
    output,
    finishReason,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}

function outputOf(answer: CollectedAnswer): string {
  const said = textOf(answer, 'text') || textOf(answer, 'refusal');
  const calls = toolCallsOf(answer).map(({ id, name, arguments: input }) => ({
    id,
    type: 'function',
    function: { name, arguments: input },
  }));
  return said === '' && calls.length > 0 ? JSON.stringify(calls) : said;
}

/** What only the protocol itself has words for: a picture, a search. */
function ownContentOf(events: readonly ModelEvent[]): string {
  const payloads = events.flatMap((event): JsonObject[] =>
    event.type === 'relay' && event.content === true ? [event.payload] : [],
  );
  return payloads.length === 0 ? '' : JSON.stringify(payloads);
}
