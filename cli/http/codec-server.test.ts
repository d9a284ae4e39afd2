import { once } from 'node:events';
import { request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createCodecServer } from './codec-server.ts';

const ui = 'http://localhost:8233';
let server: Server;
let isAway = false;
beforeAll(async () => {
  const decode = (body: unknown) =>
    isAway ? Promise.reject(new Error('The API is away.')) : Promise.resolve({ opened: body });
  server = createCodecServer({ origins: [ui], secret: 's3cret', decode });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

interface Asked {
  path?: string;
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** By hand: a browser does not let a page choose these headers. */
async function ask({
  path = '/s3cret/decode',
  method = 'POST',
  body = '{"payloads":[]}',
  headers = {},
}: Asked) {
  const { port } = server.address() as AddressInfo;
  const sent = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const asked = request({
    port,
    host: '127.0.0.1',
    path,
    method,
    headers: { origin: ui, ...sent, ...headers },
  });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

it('opens what a page of the Web UI sends, and tells the browser that it may', async () => {
  const preflight = await ask({ method: 'OPTIONS', body: '' });
  expect(preflight).toMatchObject({
    status: 204,
    headers: { 'access-control-allow-origin': ui, 'access-control-allow-private-network': 'true' },
  });
  expect(await ask({})).toMatchObject({
    ...{ status: 200, body: '{"opened":{"payloads":[]}}' },
    headers: { 'access-control-allow-origin': ui, vary: 'origin' },
  });
});

it.each<[string, Asked, number]>([
  ['a page of another place', { headers: { origin: 'https://evil.example' } }, 404],
  ['a page in a frame of nobody', { headers: { origin: 'null' } }, 404],
  ['a name that leads here', { headers: { host: 'evil.example' } }, 421],
  ['whoever does not know the address', { path: '/decode' }, 404],
  ['whoever guesses it', { path: '/s3creT/decode' }, 404],
  ['who would have something sealed', { path: '/s3cret/encode' }, 404],
  ['a form', { headers: { 'content-type': 'text/plain' } }, 400],
  ['what is no JSON', { body: '{' }, 400],
  ['what reads', { method: 'GET', body: '' }, 400],
])('has nothing for %s', async (_who, asked, status) => {
  const answered = await ask(asked);
  expect([answered.status, answered.body]).toEqual([status, expect.not.stringContaining('opened')]);
  if (status !== 400) expect(answered.headers).not.toHaveProperty('access-control-allow-origin');
});

it('says what is wrong where the API does not answer', async () => {
  isAway = true;
  expect(await ask({})).toMatchObject({ status: 502, body: '{"message":"The API is away."}' });
});
