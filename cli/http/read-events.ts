import { createSseParser, type SseMessage } from '../../protocols/sse.ts';

/** The events of a stream of server-sent events, as they come. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage> {
  const parser = createSseParser();
  for await (const chunk of stream) yield* parser.push(chunk);
  yield* parser.end();
}
