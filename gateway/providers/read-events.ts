import type { ModelEvent } from '../../protocols/event.ts';
import type { OutboundCodec } from '../../protocols/outbound.ts';
import { failureInStream } from '../../protocols/failures/failure.ts';
import { objectOf, parseJson } from '../../protocols/fields.ts';
import { createSseParser } from '../../protocols/sse.ts';

/** An answer's bytes as events, whether it is a stream or came whole. Throws `invalid_request` where it is malformed. */
export async function* readEvents(
  bytes: AsyncIterable<Uint8Array>,
  codec: OutboundCodec,
  isStream: boolean,
): AsyncGenerator<ModelEvent> {
  if (!isStream) {
    yield* readWhole(await collectText(bytes), codec);
    return;
  }
  const parser = createSseParser();
  const reader = codec.createStreamReader();
  for await (const chunk of bytes) {
    for (const message of parser.push(chunk)) yield* reader.read(message);
  }
  for (const message of parser.end()) yield* reader.read(message);
  yield* reader.end();
}

function readWhole(text: string, codec: OutboundCodec): ModelEvent[] {
  const body = objectOf(parseJson(text, 'The body'), '');
  // Some servers send their errors with status 200.
  const error = codec.readError(body);
  return error === undefined ? codec.readWhole(body) : [{ type: 'error', failure: failureInStream(error) }];
}

/** Bytes as text. */
async function collectText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
