import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { waitFor } from '../../tests/support/wait-for.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import { systemClock } from '../clock.ts';
import type { AnswerSummary } from './answer.ts';
import { writeAnswer } from './write-answer.ts';

const piece = 'x'.repeat(64 * 1024);

async function* withoutEnd(): AsyncGenerator<ModelEvent> {
  yield { type: 'start', model: 'm' };
  for (;;) {
    await Promise.resolve();
    yield { type: 'text', delta: piece };
  }
}

async function* atOnce(): AsyncGenerator<ModelEvent> {
  yield { type: 'start', model: 'm' };
  await Promise.resolve();
  yield { type: 'text', delta: piece.repeat(500) };
  yield { type: 'finish', reason: 'stop' };
}

/** Answers one caller, who sends a request and reads nothing of its answer. */
async function toOneWhoTakesNothing(stream: boolean, events: AsyncIterable<ModelEvent>) {
  let response: ServerResponse | undefined;
  let summary: AnswerSummary | undefined;
  const { request } = parseInbound('openai-chat', {
    model: 'app',
    stream,
    messages: [{ role: 'user', content: 'x' }],
  });
  const server = createServer((_incoming, outgoing) => {
    response = outgoing;
    const fixed = { id: 'x', createdS: 1, headers: () => ({}), clock: systemClock };
    void writeAnswer(outgoing, {
      ...fixed,
      events,
      request,
      keepAliveMs: 5_000,
      stalledMs: 50,
      onUnexpected: () => undefined,
    }).then((written) => (summary = written));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined); // It is hung up on.
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  try {
    await waitFor(() => response?.closed === true && summary, { what: 'the caller to be given up' });
    return { summary, isWritten: response?.writableFinished };
  } finally {
    socket.destroy();
    server.close();
  }
}

it.each([
  ['a stream', true, withoutEnd],
  ['a whole answer', false, atOnce],
])('gives up a caller that takes nothing of %s, and its connection', async (_name, stream, events) => {
  const { isWritten, summary } = await toOneWhoTakesNothing(stream, events());
  expect(isWritten).toBe(false);
  if (stream) expect(summary).toMatchObject({ ok: false, disconnected: true });
});

it('keeps nothing of a stream that it has sent', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const sent: WeakRef<object>[] = [];
  let left = 0;
  async function* events(): AsyncGenerator<ModelEvent> {
    yield { type: 'start', model: 'm' };
    for (let i = 0; i < 200; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      const event: ModelEvent = { type: 'relay', payload: { i } };
      sent.push(new WeakRef(event));
      yield event;
    }
    collectGarbage();
    left = sent.filter((ref) => ref.deref() !== undefined).length;
    yield { type: 'finish', reason: 'stop' };
  }
  const { request } = parseInbound('openai-chat', {
    model: 'app',
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
  });
  const server = createServer((_incoming, outgoing) => {
    const fixed = { id: 'x', createdS: 1, headers: () => ({}), clock: systemClock, keepAliveMs: 5_000 };
    void writeAnswer(outgoing, { ...fixed, events: events(), request, onUnexpected: () => undefined });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text();
    expect(sent).toHaveLength(200);
    expect(left).toBeLessThan(20);
  } finally {
    server.close();
  }
});
