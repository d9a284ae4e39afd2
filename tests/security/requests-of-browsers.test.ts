import { connect } from 'node:net';
import { createApp, useGateways } from '../../gateway/test-fixtures/use-gateways.ts';

const gateways = useGateways();
const messages = [{ role: 'user', content: 'hello' }];

describe('a request that a page in a browser can have sent', () => {
  /** As it stands on the wire. */
  const raw = (url: string, lines: readonly string[], body = ''): Promise<string> =>
    new Promise((resolve) => {
      const { port } = new URL(url);
      let answer = '';
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(
          [...lines, `content-length: ${body.length}`, 'connection: close', '', body].join('\r\n'),
        ),
      );
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      socket.on('close', () => {
        resolve(answer);
      });
    });
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  it('is refused where it is for another name than the gateway’s, public or admin', async () => {
    const { url, adminUrl } = await gateways.start({ hosts: ['gateway.internal'] });
    const { port } = new URL(url);
    const get = async (base: string, path: string, host: string, target = path) =>
      statusOf(await raw(base, [`GET ${target} HTTP/1.1`, `host: ${host}`]));
    const evil = [
      'evil.test',
      `evil.test:${port}`,
      '127.0.0.1.evil.test',
      'localhost.evil.test',
      '10.0.0.1',
      '0.0.0.0',
    ];
    for (const host of [
      ...evil,
      'localhost@evil.test',
      '127.0.0.1, evil.test',
      'localhost evil.test',
      '[::2]',
    ])
      expect([host, 400, 421]).toContain(await get(url, '/v1/models', host));
    for (const host of [
      'localhost',
      `localhost:${port}`,
      '127.0.0.1',
      'LOCALHOST',
      '[::1]:80',
      'gateway.internal',
      'Gateway.Internal:443',
    ])
      expect({ host, status: await get(url, '/v1/models', host) }).toEqual({ host, status: 200 });
    expect(await get(url, '/v1/models', 'localhost', 'http://evil.test/v1/models')).toBe(421);
    expect(await get(url, '/v1/models', 'evil.test', 'http://localhost/v1/models')).toBe(421);
    expect([
      await get(adminUrl, '/metrics', 'evil.test'),
      await get(adminUrl, '/metrics', 'localhost'),
    ]).toEqual([421, 200]);
    // Load balancers call it what they like, and hear nothing.
    expect([await get(url, '/healthz', 'evil.test'), await get(url, '/readyz', 'evil.test')]).toEqual([
      200, 200,
    ]);
  });

  it('is refused where it does not say that it brings JSON', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url } = await gateways.start();
    const body = JSON.stringify({ model: app, messages });
    const post = async (type: string | undefined) =>
      statusOf(
        await raw(
          url,
          [
            'POST /v1/chat/completions HTTP/1.1',
            'host: localhost',
            ...(type === undefined ? [] : [`content-type: ${type}`]),
          ],
          body,
        ),
      );
    const wrong = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=application/json',
    ];
    for (const type of [
      ...wrong,
      'text/plain; application/json',
      'application/jsonp',
      'application/json, text/plain',
      undefined,
    ])
      expect({ type, status: await post(type) }).toEqual({ type, status: 415 });
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset=UTF-8',
    ])
      expect({ type, status: await post(type) }).toEqual({ type, status: 200 });
  });
});
