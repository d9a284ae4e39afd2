import { createServer, request as send, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SluiceError } from '../domain/errors.ts';
import { manualClock } from './test-fixtures/manual-clock.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { createBodyBudget } from './body-budget.ts';
import { readBody, type BodyLimits } from './read-body.ts';

const limits: BodyLimits = { bytes: 1_000, idleMs: 10_000, totalMs: 60_000 };
const clock = manualClock();
const budget = createBodyBudget(1_500);
let server: Server;
let port = 0;

/** Answers with the body, or with the code of what reading it threw; `held` requests keep their share. */
const held: (() => void)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const share = budget.open();
    readBody(request, { share, clock, limits }).then(
      (body) => {
        const release = (): void => {
          share.release();
          response.end(body);
        };
        if (request.url === '/hold') held.push(release);
        else release();
      },
      (error: unknown) => {
        share.release();
        const said = error instanceof SluiceError ? [error.code, error.details] : [];
        response.writeHead(400, { connection: 'close' }).end(JSON.stringify(said));
      },
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function start(path = '/', headers: Record<string, string> = {}) {
  const request = send({ port, path, method: 'POST', headers });
  request.on('error', () => undefined);
  const answer = once(request, 'response').then(async ([response]: unknown[]) => {
    let text = '';
    for await (const chunk of response as IncomingMessage) text += String(chunk);
    return text;
  });
  return { request, answer };
}
const isTaken = (bytes: number) =>
  waitFor(() => budget.inFlightBytes() === bytes, { what: `${bytes} bytes in flight` });

it('reads a body in pieces', async () => {
  const { request, answer } = start();
  request.write('one ');
  await isTaken(4);
  request.end('two');
  expect(await answer).toBe('one two');
  await isTaken(0);
});

it.each([
  ['announced', { 'content-length': '1001' }, 'x'],
  ['sent', {}, 'x'.repeat(1_001)],
])('refuses more than its limit as soon as it is %s', async (_how, headers, sent) => {
  const { request, answer } = start('/', headers);
  request.write(sent);
  expect(JSON.parse(await answer)).toEqual(['body_too_large', {}]);
  request.destroy();
});

it('gives up a body that stops coming, and one that never ends', async () => {
  const stopped = start();
  stopped.request.write('x');
  await isTaken(1);
  await clock.pass(limits.idleMs);
  expect(JSON.parse(await stopped.answer)).toEqual(['too_slow', {}]);
  stopped.request.destroy();
  const endless = start();
  for (let sent = 1; sent * 8_000 < limits.totalMs; sent += 1) {
    endless.request.write('x');
    await isTaken(sent);
    await clock.pass(8_000);
  }
  await clock.pass(8_000);
  expect(JSON.parse(await endless.answer)).toEqual(['too_slow', {}]);
  endless.request.destroy();
  await isTaken(0);
});

it('takes no more at a time than the budget, and says when to come again', async () => {
  const first = start('/hold');
  first.request.end('x'.repeat(900));
  await waitFor(() => held.length === 1, { what: 'the first to be held' });
  const second = start();
  second.request.end('y'.repeat(900));
  expect(JSON.parse(await second.answer)).toEqual(['overloaded', { retryAfterMs: 1_000 }]);
  const small = start();
  small.request.end('y'.repeat(500));
  expect(await small.answer).toHaveLength(500);
  held.pop()?.();
  await first.answer;
  const again = start();
  again.request.end('y'.repeat(900));
  expect(await again.answer).toHaveLength(900);
  await isTaken(0);
});

it('holds nothing for who went away in the middle', async () => {
  const { request, answer } = start();
  const hungUp = answer.catch(() => 'hung up');
  request.write('x'.repeat(700));
  await isTaken(700);
  request.destroy();
  await isTaken(0);
  expect(await hungUp).toBe('hung up');
});
