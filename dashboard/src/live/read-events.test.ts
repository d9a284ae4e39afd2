import { readEvents, type SentEvent } from './read-events.ts';

async function eventsOf(chunks: readonly string[]) {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const signs: number[] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of bytes) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: SentEvent[] = [];
  for await (const event of readEvents(body, () => signs.push(1))) events.push(event);
  return { events, signs: signs.length };
}

it('reads events, however they are cut', async () => {
  const text = 'id: 7\nevent: release\ndata: {"a":\ndata: 1}\n\n: beat\n\nid: 8\ndata: 2\n\n';
  const expected = [
    { id: '7', data: '{"a":\n1}' },
    { id: '8', data: '2' },
  ];
  expect((await eventsOf([text])).events).toEqual(expected);
  expect((await eventsOf(Array.from(text))).events).toEqual(expected);
  expect((await eventsOf([text.replaceAll('\n', '\r\n')])).events).toEqual(expected);
});

it('takes a comment as a sign of life, and an event that was cut off as none', async () => {
  expect(await eventsOf([': still so\n\n', 'data: 1\n'])).toEqual({ events: [], signs: 2 });
});
