import { connect } from 'node:net';
import {
  ask,
  asJson,
  createApp,
  internalToken,
  keyFor,
  release,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { keyScopes, type KeyScope } from '../../domain/access/gateway-key.ts';
import { revokeKey } from '../../config-store/tokens/revoke-key.ts';
import { waitFor } from '../support/wait-for.ts';

const gateways = useGateways();
const actor = 'user:ada';
const messages = [{ role: 'user', content: 'hello' }];

/** What each route of a caller is asked with; `scope` is what a key needs for it. */
const routes = (app: string) =>
  [
    { scope: 'call', path: '/v1/chat/completions', body: { model: app, messages } },
    { scope: 'call', path: '/v1/responses', body: { model: app, input: 'hello' } },
    { scope: 'call', path: '/v1/messages', body: { model: app, max_tokens: 9, messages } },
    { scope: 'call', path: '/v1/assign', body: { app, subject: 'ada' } },
    { scope: 'outcomes', path: '/v1/outcomes', body: { batch: 'b', outcomes: [] } },
    { scope: 'call', path: '/v1/models', body: undefined },
    { scope: 'feedback', path: '/v1/feedback', body: { items: [] } },
    { scope: 'outcomes', path: '/v1/split', body: undefined },
    { scope: 'outcomes', path: '/v1/split/acks', body: { app } },
  ] as const;

type Sent = ReturnType<typeof routes>[number];

async function send(
  url: string,
  { path, body }: { path: string; body: object | undefined },
  headers: object = {},
) {
  const init = { headers: { ...asJson.headers, ...headers } };
  const response = await fetch(
    url + path,
    body === undefined ? init : { ...init, method: 'POST', body: JSON.stringify(body) },
  );
  const text = await response.text();
  return {
    status: response.status,
    code: response.headers.get('x-sluice-code'),
    text,
    headers: response.headers,
  };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('who may do what', () => {
  it('is what routes, keys and scopes say, where keys are demanded and where not', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { app: other } = await createApp(db);
    const of = async (scopes: KeyScope[]) => bearer((await keyFor(db, app, { scopes })).key);
    const revoked = await keyFor(db, app);
    await revokeKey(db, { name: revoked.name, actor });
    const foreign = await keyFor(db, other);
    const elsewhere = await keyFor(db, app, { environments: ['staging'] });
    const all = await keyFor(db, app);
    const demanded = await gateways.start({ keys: 'demanded' });
    const open = await gateways.start({ keys: 'open' });
    const ok = (scope: string) => (['outcomes', 'feedback'].includes(scope) ? 400 : 200); // None are none that are taken.
    const reach = (scope: string, scopes: string[]) => (scopes.includes(scope) ? ok(scope) : 403);
    const table: [what: string, headers: object, demanded: (s: Sent) => number, open: (s: Sent) => number][] =
      [
        ['nothing', {}, () => 401, ({ scope }) => (scope === 'call' ? 200 : 401)],
        ['any text', bearer('any'), () => 401, ({ scope }) => (scope === 'call' ? 200 : 401)],
        [
          'x-api-key: any text',
          { 'x-api-key': 'any' },
          () => 401,
          ({ scope }) => (scope === 'call' ? 200 : 401),
        ],
        ['a key of nobody', bearer(`slk_${'x'.repeat(43)}`), () => 401, () => 401],
        ['a revoked key', revoked.headers, () => 401, () => 401],
        ['a key of another environment', elsewhere.headers, () => 401, () => 401],
        ['half a key', bearer(all.key.slice(0, -1)), () => 401, () => 401],
        [
          'another scheme',
          { authorization: `Basic ${all.key}` },
          () => 401,
          ({ scope }) => (scope === 'call' ? 200 : 401),
        ],
        ['two keys', { ...all.headers, 'x-api-key': foreign.key }, () => 401, () => 401],
        ['a key', all.headers, ({ scope }) => ok(scope), ({ scope }) => ok(scope)],
        ['x-api-key: a key', { 'x-api-key': all.key }, ({ scope }) => ok(scope), ({ scope }) => ok(scope)],
        ...(await Promise.all(
          keyScopes.map(async (scope) => {
            const may = (sent: Sent) => reach(sent.scope, [scope]);
            return [`the scope ${scope}`, await of([scope]), may, may] as (typeof table)[number];
          }),
        )),
        ['the wrong internal token', { 'x-sluice-internal-token': 'x' }, () => 403, () => 403],
      ];
    const unexpected: unknown[] = [];
    for (const [what, headers, whenDemanded, whenOpen] of table) {
      for (const sent of routes(app)) {
        const got = [await send(demanded.url, sent, headers), await send(open.url, sent, headers)];
        const statuses = got.map(({ status }) => status);
        // Who tries ten wrong keys a minute is slowed: this table does.
        const expected = [whenDemanded(sent), whenOpen(sent)].map((status, i) =>
          [401, 403].includes(status) && statuses[i] === 429 ? 429 : status,
        );
        if (String(statuses) !== String(expected))
          unexpected.push({ what, path: sent.path, statuses, expected });
      }
    }
    expect(unexpected).toEqual([]);
    // A key of another app gets the same answer whether the app exists or not.
    for (const app of [other, 'no-such-app']) {
      const refused = await send(demanded.url, routes(app)[0], all.headers);
      expect([refused.status, refused.code, refused.text.replace(app, 'X')]).toEqual([
        403,
        'key_app',
        expect.stringContaining('is not for the app \\"X\\"') as string,
      ]);
      expect(refused.text.replace(app, '')).not.toContain(other);
    }
    const listed = JSON.parse((await send(demanded.url, routes(app)[5], all.headers)).text) as {
      data: unknown[];
    };
    expect(listed.data).toMatchObject([{ id: app }]);
  });

  it('is told in the words of the protocol, with a remedy, to bodies of any size', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url } = await gateways.start({ keys: 'demanded' });
    const chat = await send(url, routes(app)[0]);
    expect(JSON.parse(chat.text)).toMatchObject({
      error: {
        type: 'authentication_error',
        message: expect.stringContaining('sluice key create') as string,
      },
    });
    const long = 'x'.repeat(50_000);
    const claude = await send(url, {
      path: '/v1/messages',
      body: { ...routes(app)[2].body, system: long },
    });
    expect([claude.status, JSON.parse(claude.text)]).toMatchObject([
      401,
      { type: 'error', error: { type: 'authentication_error' } },
    ]);
  });
});

describe('a key', () => {
  it('that is revoked stops within a poll, and one that is made works; also from disk, without PostgreSQL', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const kept = await keyFor(db, app);
    const proxy = await gateways.proxyToDatabase();
    const settings = { gatewayId: 'keys-on-disk', databaseUrl: proxy.url, keys: 'demanded' as const };
    const first = await gateways.start(settings);
    const later = await keyFor(db, app);
    const status = async (url: string, headers: object) => (await send(url, routes(app)[0], headers)).status;
    await waitFor(async () => (await status(first.url, later.headers)) === 200, { what: 'the new key' });
    await revokeKey(db, { name: later.name, actor });
    await waitFor(async () => (await status(first.url, later.headers)) === 401, { what: 'the revoked key' });
    await gateways.stop(first);
    await proxy.cut();
    const second = await gateways.start(settings);
    expect(await status(second.url, kept.headers)).toBe(200);
    expect(await status(second.url, later.headers)).toBe(401);
    const never = await gateways.start({ ...settings, gatewayId: 'never-heard' });
    expect(await status(never.url, kept.headers)).toBe(503);
  });

  it('may ask so often and so much at a time, and hears how long to wait', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const few = await keyFor(db, app, { requestsPerMinute: 2 });
    const one = await keyFor(db, app, { inFlight: 1 });
    const { url, adminUrl } = await gateways.start({ keys: 'demanded' });
    const asked = [];
    for (let i = 0; i < 3; i += 1) asked.push(await send(url, routes(app)[2], few.headers));
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(JSON.parse(asked[2]!.text)).toMatchObject({ error: { type: 'rate_limit_error' } });
    expect(Number(asked[2]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(20);
    // A request is under way from its head on.
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${one.key}\r\n`;
    const slow = connect(Number(new URL(url).port), '127.0.0.1', () =>
      slow.write(`${head}content-type: application/json\r\ncontent-length: 9\r\n\r\n{`),
    );
    await waitFor(
      async () =>
        /^sluice_bodies_in_flight_bytes 1$/m.test(await (await fetch(`${adminUrl}/metrics`)).text()),
      { what: 'the first byte of a slow request' },
    );
    const status = async () => (await send(url, routes(app)[0], one.headers)).status;
    expect(await status()).toBe(429);
    slow.destroy();
    await waitFor(async () => (await status()) === 200, { what: 'its end' });
  });

  it('that is right is held up by no wrong ones, which are slowed by where they come from', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { headers } = await keyFor(db, app);
    const { url } = await gateways.start({ keys: 'demanded' });
    const wrong = [];
    for (let i = 0; i < 12; i += 1) wrong.push(await send(url, routes(app)[0], bearer(`slk_${i}`)));
    expect(wrong.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect(Number(wrong.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(url, routes(app)[0], headers)).status).toBe(200);
  });

  it('has no way to a provider: a thousand requests without one reach none', async () => {
    const { db, simulator } = gateways.stage;
    const { app } = await createApp(db);
    const { url } = await gateways.start({ keys: 'demanded' });
    const calls = async () =>
      JSON.stringify(
        ((await (await fetch(`${simulator.control}/simulator/stats`)).json()) as { models: object }).models,
      );
    const before = await calls();
    const count = process.env['SLUICE_SECURITY'] === 'full' ? 1_000 : 60;
    for (let i = 0; i < count; i += 20) {
      await Promise.all(Array.from({ length: 20 }, () => send(url, routes(app)[0], bearer('x'))));
    }
    expect(await calls()).toBe(before);
  });
});

describe('/v1/assign', () => {
  it('gives prompts to those keys alone that may read them', async () => {
    const { db } = gateways.stage;
    const secret = 'The secret recipe is thyme.';
    const { app } = await createApp(db, { prompts: { answer: { template: `${secret} {{history}}` } } });
    const { candidate } = await release(db, app, {
      weight: 100,
      content: { prompts: { answer: { template: `${secret} Also basil. {{history}}` } } },
    });
    const blind = await keyFor(db, app, { scopes: ['call', 'outcomes'] });
    const reader = await keyFor(db, app, { scopes: ['call', 'prompts'] });
    const { url } = await gateways.start();
    const assign = async (headers: object) => (await send(url, routes(app)[3], headers)).text;
    for (const headers of [{}, blind.headers]) {
      const text = await assign(headers);
      expect(text).not.toContain('secret');
      expect(JSON.parse(text)).toMatchObject({ revision: { digest: candidate } });
    }
    expect(await assign(reader.headers)).toContain(secret);
  });
});

describe('what operators see', () => {
  it('is at the admin port alone', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url, adminUrl } = await gateways.start();
    await ask(url, app);
    const { key, headers } = await keyFor(gateways.stage.db, app);
    await waitFor(async () => (await ask(url, app, { headers })).status === 200, { what: 'the key' });
    for (const path of [
      '/metrics',
      '/metrics/',
      '/metrics?x',
      '/admin',
      '/debug',
      '/debug/pprof',
      '/v1/metrics',
    ])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toContain(`sluice_requests_total{app="${app}"`);
    // A key is told by its id.
    expect(metrics).toMatch(/^sluice_key_requests_total\{key="[^"]+",outcome="completed"\} 1$/m);
    expect(metrics).not.toContain(key);
    expect(await (await fetch(`${adminUrl}/readyz`)).json()).toMatchObject({
      splits: { [app]: 1 },
      keys: { known: true },
    });
    for (const sent of routes(app)) expect((await send(adminUrl, sent)).status).toBe(404);
  });
});

describe('the internal token', () => {
  it('is what evaluations show in place of a key, and nobody else needs it', async () => {
    const { app, stable } = await createApp(gateways.stage.db);
    const { url } = await gateways.start({ keys: 'demanded' });
    const pin = { 'x-sluice-pin': stable };
    expect(
      (await ask(url, app, { headers: { ...pin, 'x-sluice-internal-token': internalToken } })).status,
    ).toBe(200);
    expect((await ask(url, app, { headers: pin })).status).toBe(401);
    expect(
      (await ask(url, app, { headers: { ...pin, 'x-sluice-internal-token': `${internalToken}x` } })).status,
    ).toBe(403);
  });

  it.each(['demanded', 'open'] as const)(
    'is no key for the apps: without a pin nothing is called (keys: %s)',
    async (keys) => {
      const { app } = await createApp(gateways.stage.db);
      const { url } = await gateways.start({ keys });
      const refused = await ask(url, app, { headers: { 'x-sluice-internal-token': internalToken } });
      expect([refused.status, refused.body]).toMatchObject([403, { error: { code: 'internal_unpinned' } }]);
    },
  );
});
