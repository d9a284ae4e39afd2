import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express from 'express';
import { z } from 'zod';
import { serveEvents, type ServingParts } from '../../api/http/serve-route.ts';
import { createTokenWatch } from '../../api/auth/token-watch.ts';
import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { followBoard, type BoardClient } from '../../api/test-fixtures/board-stream.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { revokeKey } from '../../config-store/tokens/revoke-key.ts';
import { createApp, keyFor, useGateways } from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';

const api = useApi();
const gateways = useGateways();

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const splitOf = (url: string, app: string, key: string) => fetch(`${url}/v1/split?app=${app}`, bearer(key));

it('the split and its prompts are told to a key no longer than it is valid', async () => {
  const { app } = await createApp(gateways.stage.db);
  const scopes = ['outcomes', 'prompts'] as const;
  const [revoked, valid] = [
    await keyFor(gateways.stage.db, app, { scopes }),
    await keyFor(gateways.stage.db, app, { scopes }),
  ];
  const { url } = await gateways.start({ keys: 'demanded' });
  const told = new Map<string, string>();
  const leaving = new AbortController();
  const read = async ({ key }: { key: string }): Promise<void> => {
    const { headers } = bearer(key);
    const response = await fetch(`${url}/v1/split?app=${app}`, { headers, signal: leaving.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      told.set(key, (told.get(key) ?? '') + Buffer.from(part.value).toString());
  };
  const reads = [revoked, valid].map((each) => read(each).catch(() => 'cut off'));
  await waitFor(() => told.size === 2, { what: 'both to be told the split' });
  await revokeKey(gateways.stage.db, { name: revoked.name, actor: 'user:ada' });
  expect(await reads[0]).toBe('cut off');
  const before = told.get(valid.key)?.length ?? 0;
  await waitFor(() => (told.get(valid.key)?.length ?? 0) > before, { what: 'the other one to go on' });
  leaving.abort();
  await reads[1];
  expect((await splitOf(url, app, revoked.key)).status).toBe(401);
});

it('one token has 200 streams of the API open at most, and keeps no other from its own', async () => {
  const tokens = await Promise.all(
    ['many', 'one'].map((name) => createToken(api.db, { name, role: 'viewer', actor: 'test' })),
  );
  const [many = '', one = ''] = tokens.map(({ token }) => token);
  const clients: BoardClient[] = [];
  for (let i = 0; i < 200; i += 1) clients.push(await followBoard(api.url, { token: many }));
  const refused = await fetch(`${api.url}/v1/events`, bearer(many));
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'rate_limited']);
  (await followBoard(api.url, { token: one })).leave();
  clients[0]?.leave();
  const again = () => followBoard(api.url, { token: many }).catch(() => undefined);
  clients.push(await waitFor(again, { what: 'a place that was left' }));
  for (const client of clients) client.leave();
});

describe('a reader that takes nothing', () => {
  let server: Server;
  let socket: Socket;
  afterAll(() => {
    socket.destroy();
    server.close();
  });

  it('is cut off when its token ends: what waits for it is kept for nobody', async () => {
    let isValid = true;
    const responses: ServerResponse[] = [];
    const findToken = () =>
      Promise.resolve({ id: 't', name: 't', actor: 'token:t', subject: 't', role: 'viewer', content: false });
    const parts = {
      findToken,
      noteUse: () => undefined,
      metrics: { observe: () => undefined },
      tokenWatch: createTokenWatch((ids) => Promise.resolve(isValid ? ids : []), { everyMs: 20 }),
    };
    const route = serveEvents(
      {
        ...{ path: '/', operationId: 'flood', summary: 'x', description: 'x', event: z.unknown() },
        ...{ role: 'viewer', action: 'read', concerns: 'listed' },
        open(_asked, response) {
          responses.push(response);
          response.write('x'.repeat(64 * 1024 * 1024));
          return Promise.resolve();
        },
      },
      // No other part is asked for on the way to a stream that is open already.
      parts as unknown as ServingParts,
    );
    server = createServer(express().get('/', route)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nauthorization: Bearer t\r\n\r\n');
    const response = await waitFor(() => responses[0], { what: 'the stream to be open' });
    expect(response.writableNeedDrain).toBe(true);
    isValid = false;
    await waitFor(() => response.closed, { what: 'the stream to be cut off' });
    parts.tokenWatch.close();
  });
});
