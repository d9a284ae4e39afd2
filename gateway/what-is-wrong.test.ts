import { publishApp } from '../config-store/apps/publish-app.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  asJson,
  anthropicTarget,
  ask,
  bindingOf,
  createApp,
  openaiTarget,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();

it('refuses a thread as Anthropic’s SDKs know it', async () => {
  const { app } = await createApp(gateways.stage.db);
  const { url } = await gateways.start();
  const body = {
    model: app,
    max_tokens: 9,
    thread: { type: 'create' },
    messages: [{ role: 'user', content: 'Hi' }],
  };
  const refused = await fetch(`${url}/v1/messages?beta=true`, { ...asJson, body: JSON.stringify(body) });
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } } },
  ]);
});

it('keeps samples of what callers name as PostgreSQL cannot, and of what comes after them', async () => {
  const { db } = gateways.stage;
  const { app } = await createApp(db);
  const { url, adminUrl } = await gateways.start({ gatewayId: 'poisoned' });
  const names = ['zero\u0000', 'half\ud800', 'n'.repeat(500_000)];
  for (const name of [...names, 'plain']) await ask(url, app, { sluice: { variables: { [name]: 'x' } } });
  const kept = await waitFor(
    async () => {
      const { rows } = await db.query<{ metadata: string }>(
        `select metadata::text as metadata from sample where app = $1`,
        [app],
      );
      return rows.length === 4 && rows.map(({ metadata }) => metadata);
    },
    { what: 'the samples' },
  );
  // A name may be content as well, and metadata is not sealed.
  for (const metadata of kept) {
    expect(JSON.parse(metadata)).toMatchObject({ variables: 1, undeclared: 1 });
    expect(metadata).not.toMatch(/zero|half|nnn|plain/);
  }
  const ready: unknown = await (await fetch(`${adminUrl}/readyz`)).json();
  expect(ready).toMatchObject({ queues: { samples: { rows: 0, waitingMs: 0, dropped: 0 } } });
  expect(await (await fetch(`${adminUrl}/metrics`)).text()).toContain(
    'sluice_queue_waiting_seconds{queue="samples"} 0',
  );
});

it('charges no provider with what a caller nests too deep, in its body or in the text of a tool call', async () => {
  const { db } = gateways.stage;
  const { app } = await createApp(db, { chain: [anthropicTarget, openaiTarget] });
  const { url } = await gateways.start();
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const called = { id: 'c1', type: 'function', function: { name: 'f', arguments: `{"a":${deep}}` } };
  const messages = [
    { role: 'user', content: 'hello' },
    { role: 'assistant', tool_calls: [called] },
    { role: 'tool', tool_call_id: 'c1', content: 'ok' },
  ];
  for (let i = 0; i < 8; i += 1) {
    const body = `{"model":"${app}","messages":[{"role":"user","content":"hello","x":${deep}}]}`;
    const nested = await fetch(`${url}/v1/chat/completions`, { ...asJson, body });
    expect(nested.status).toBe(400);
    expect((await ask(url, app, { messages })).headers.get('x-sluice-target')).toContain('openai');
  }
  const answer = await ask(url, app);
  expect([answer.status, answer.headers.get('x-sluice-attempts')]).toEqual([200, '1']);
  expect(answer.headers.get('x-sluice-target')).toContain('anthropic');
});

describe('what is wrong is said', () => {
  it('in the form of the vendor whose endpoint it is, with code and remedy', async () => {
    const { db } = gateways.stage;
    await publishApp(db, { name: 'not-yet', actor: 'user:ada' });
    const { url } = await gateways.start();
    expect(await ask(url, 'nobody')).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found' } },
    });
    expect(await ask(url, 'not-yet')).toMatchObject({
      status: 404,
      body: { error: { code: 'app_not_active' } },
    });
    const post = (path: string, body: string) => fetch(`${url}${path}`, { ...asJson, body });
    const malformed = await post('/v1/messages', '{');
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect((await post('/v1/chat/completions', ' '.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
  });

  it.each([
    ['a key is missing', {}, 'The key in SIMULATOR_KEY is not set in this gateway. Set SIMULATOR_KEY and'],
    [
      'the binding has no such provider',
      { chain: [{ provider: 'unknown', model: 'x' }] },
      'no provider "unknown", only: openai, anthropic. Bind it in sluice.environments.yaml and',
    ],
  ])('of an app whose only split is refused, since %s', async (_why, content, reason) => {
    const { db, simulator } = gateways.stage;
    const { app } = await createApp(db, content);
    const bound = { binding: bindingOf(simulator), keys: new Map<string, string>() };
    const { url } = await gateways.start({ bound });
    const { status, body } = await ask(url, app);
    expect([status, body.error?.code]).toEqual([503, 'app_refused']);
    expect(body.error?.message).toContain(`"${app}" cannot be served here: `);
    expect(body.error?.message).toContain(reason);
    const post = (path: string, question: object) =>
      fetch(`${url}${path}`, { ...asJson, body: JSON.stringify(question) });
    const messages = [{ role: 'user', content: 'hello' }];
    const anthropic = await post('/v1/messages', { model: app, max_tokens: 5, messages });
    expect([anthropic.status, await anthropic.json()]).toMatchObject([
      503,
      { type: 'error', error: { message: expect.stringContaining(reason) as string } },
    ]);
    expect((await post('/v1/assign', { app })).status).toBe(503);
  });

  it('to operators: health, readiness and metrics', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url, adminUrl } = await gateways.start();
    await ask(url, app);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toContain(
      `sluice_requests_total{app="${app}",arm="stable",reason="no-candidate",outcome="completed"} 1`,
    );
    expect(metrics).toContain(`sluice_split_version{app="${app}"} 1`);
  });

  it('what answers took, and cost by the prices of the binding', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url, adminUrl } = await gateways.start();
    const { body } = await ask(url, app);
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    const of = (name: string, labels = '') =>
      Number(
        metrics.match(new RegExp(`^${name}{provider="openai",model="atlas-large"${labels}} (.*)$`, 'm'))?.[1],
      );
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = body.usage ?? {};
    expect(of('sluice_provider_tokens_total', ',direction="input"')).toBe(input);
    expect(of('sluice_provider_tokens_total', ',direction="output"')).toBe(output);
    expect(of('sluice_provider_cost_usd_total')).toBeCloseTo((2 * input + 8 * output) / 1e6, 12);
    expect(output).toBeGreaterThan(0);
  });
});
