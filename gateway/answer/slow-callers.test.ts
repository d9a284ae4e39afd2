import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { waitFor } from '../../tests/support/wait-for.ts';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import type { ModelEvent } from '../../protocols/event.ts';
import { saysNothing } from '../../protocols/scan.ts';
import { systemClock } from '../clock.ts';
import type { AnswerSummary } from './answer.ts';
import { openAnswer } from './open-answer.ts';
import type { AnswerOutput } from './output.ts';
import type { Piece } from './piece.ts';

const mebibyte = 1024 * 1024;
const pieceOf = (...events: ModelEvent[]): Piece => ({
  scan: saysNothing,
  brings: { kind: 'events', events },
});
const text = pieceOf({ type: 'text', delta: 'x'.repeat(64 * 1024) });

/** Gives as much as is taken, and no more; says how much that was. */
function withoutEnd(answer: AnswerOutput): () => number {
  let pieces = 0;
  const give = (): void => {
    do pieces += 1;
    while (answer.take([text]));
    answer.whenDrained(give);
  };
  give();
  return () => pieces * 64 * 1024;
}

function atOnce(answer: AnswerOutput): () => number {
  answer.take([pieceOf({ type: 'text', delta: 'x'.repeat(32 * mebibyte) })]);
  answer.end({ type: 'finish', reason: 'stop' });
  return () => 0;
}

/** Answers one caller, who sends a request and reads nothing of its answer. */
async function toOneWhoTakesNothing(stream: boolean, give: (answer: AnswerOutput) => () => number) {
  let response: ServerResponse | undefined;
  let summary: AnswerSummary | undefined;
  let given = (): number => 0;
  const { request } = parseInbound('openai-chat', {
    model: 'app',
    stream,
    messages: [{ role: 'user', content: 'x' }],
  });
  const server = createServer((_incoming, outgoing) => {
    response = outgoing;
    const fixed = { id: 'x', createdS: 1, headers: () => ({}), clock: systemClock, keepAliveMs: 5_000 };
    const answer = openAnswer(outgoing, {
      ...{ ...fixed, request, stalledMs: 50, asHeard: (failed) => failed },
      onUnexpected: () => undefined,
    });
    given = give(answer);
    void answer.ended.then((ended) => (summary = ended));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined); // It is hung up on.
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  try {
    await waitFor(() => response?.closed === true && summary, { what: 'the caller to be given up' });
    return { summary, isWritten: response?.writableFinished, givenBytes: given() };
  } finally {
    socket.destroy();
    server.close();
  }
}

it.each([
  ['a stream', true, withoutEnd],
  ['a whole answer', false, atOnce],
])('gives up a caller that takes nothing of %s, and its connection', async (_name, stream, give) => {
  const { isWritten, summary, givenBytes } = await toOneWhoTakesNothing(stream, give);
  expect(isWritten).toBe(false);
  expect(givenBytes).toBeLessThan(16 * mebibyte);
  if (stream) expect(summary).toMatchObject({ ok: false, disconnected: true });
});

it('knows of a caller that went away before its answer began', async () => {
  const { request } = parseInbound('openai-chat', {
    model: 'app',
    messages: [{ role: 'user', content: 'x' }],
  });
  const opened = Promise.withResolvers<ReturnType<typeof openAnswer>>();
  const server = createServer((_incoming, outgoing) => {
    outgoing.once('close', () => {
      const fixed = { id: 'x', createdS: 1, headers: () => ({}), clock: systemClock, keepAliveMs: 5_000 };
      opened.resolve(
        openAnswer(outgoing, {
          ...fixed,
          request,
          asHeard: (failed) => failed,
          onUnexpected: () => undefined,
        }),
      );
    });
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const answer = await opened.promise;
  expect(await answer.ended).toEqual({ ok: false, disconnected: true });
  expect(answer.left.aborted).toBe(true);
  server.close();
});
