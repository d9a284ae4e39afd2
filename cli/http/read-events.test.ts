import { readEvents } from './read-events.ts';

/** A stream whose chunks end anywhere: inside a character as well. */
function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return new ReadableStream({
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
}

it.each([1, 2, 7, 1000])('reads events as the standard has them, in chunks of %i bytes', async (size) => {
  const text =
    'event: release\r\ndata: {"label":"größer"}\r\n\r\n: keep-alive\n\ndata:one\ndata: two\n\nevent: end\ndata: {}';
  const events: unknown[] = [];
  for await (const event of readEvents(streamOf(text, size))) events.push(event);
  expect(events).toEqual([
    { event: 'release', data: '{"label":"größer"}' },
    { event: 'message', data: 'one\ntwo' },
    { event: 'end', data: '{}' },
  ]);
});
