import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { bucketOf } from '../domain/split/bucket.ts';
import { bucketsOf } from '../domain/split/split.ts';
import { probePath } from '../domain/revision/target-probe.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { publishApp } from '../config-store/apps/publish-app.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  asJson,
  anthropicTarget,
  ask,
  bindingOf,
  createApp,
  environment,
  internalToken,
  openaiTarget,
  publish,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();
const subjects = Array.from({ length: 60 }, (_, i) => `subject-${i}`);

const servesVersion = (url: string, app: string, version: number) =>
  waitFor(async () => (await ask(url, app)).version >= version, { what: `version ${version} of ${app}` });

describe('the split', () => {
  it('keeps every subject on its arm in every gateway, and a raise moves only towards the candidate (15, 16, 17)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { candidate, releaseId, version, raise } = await release(db, app, { weight: 25 });
    const [a, b] = await Promise.all([gateways.start(), gateways.start()]);
    const armsOf = async (url: string, weight: number) => {
      const answers = await Promise.all(
        subjects.map((subject) => ask(url, app, { headers: { 'x-sluice-subject': subject } })),
      );
      for (const [i, { arm, digest, status }] of answers.entries()) {
        const onCandidate = bucketOf(releaseId, subjects[i]!) < bucketsOf(weight);
        expect({ status, arm, digest }).toEqual({
          status: 200,
          arm: onCandidate ? 'candidate' : 'stable',
          digest: onCandidate ? candidate : stable,
        });
      }
      return answers.map(({ arm }) => arm);
    };
    const before = await armsOf(a.url, 25);
    expect(await armsOf(b.url, 25)).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['stable', 'candidate']));
    const raised = await raise(60, version);
    await Promise.all([servesVersion(a.url, app, raised), servesVersion(b.url, app, raised)]);
    const after = await armsOf(a.url, 60);
    expect(after.filter((arm, i) => before[i] === 'candidate' && arm !== 'candidate')).toEqual([]);
    expect(after.filter((arm) => arm === 'candidate').length).toBeGreaterThan(
      before.filter((arm) => arm === 'candidate').length,
    );
  });

  it('takes the subject from the protocols’ own user fields', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    await release(db, app, { weight: 50 });
    const { url } = await gateways.start();
    for (const subject of subjects.slice(0, 10)) {
      const { arm } = await ask(url, app, { headers: { 'x-sluice-subject': subject } });
      expect((await ask(url, app, { user: subject })).arm).toBe(arm);
      expect((await ask(url, app, { safety_identifier: subject })).arm).toBe(arm);
    }
  });

  it('keeps a conversation on its revision, except at a rollback', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { url } = await gateways.start();
    const talk = (subject: string) =>
      ask(url, app, {
        headers: { 'x-sluice-subject': subject, 'x-sluice-conversation': `talk-of-${subject}` },
      });
    await waitFor(async () => (await talk('ada')).status === 200, { what: 'the app' });
    const { version, candidate } = await release(db, app, { weight: 100 });
    await servesVersion(url, app, version);
    expect(await talk('ada')).toMatchObject({ digest: stable, reason: 'conversation' });
    expect(await talk('bob')).toMatchObject({ digest: candidate, reason: 'weight' });
    const taken = await rollback(db, {
      app,
      environment,
      operationId: 'r',
      actor: 'user:ada',
      reason: 'bad',
    });
    await servesVersion(url, app, taken.version);
    expect(await talk('bob')).toMatchObject({ digest: stable, reason: 'candidate-withdrawn' });
  });
});

describe('the official clients', () => {
  it.each([
    ['openai', openaiTarget],
    ['anthropic', anthropicTarget],
  ])('get answers from %s, streamed and whole, by every endpoint', async (_name, target) => {
    const { app } = await createApp(gateways.stage.db, { chain: [target], parameters: { max_tokens: 200 } });
    const { url } = await gateways.start();
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const chat = await openai.chat.completions.create({ model: app, messages });
    const text = chat.choices[0]?.message.content;
    expect(text).toMatch(/\w/);
    let streamed = '';
    for await (const chunk of await openai.chat.completions.create({ model: app, messages, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
    }
    expect(streamed).toBe(text);
    const response = await openai.responses.create({ model: app, input: 'hello', store: false });
    expect(response.output_text).toBe(text);
    const { data: message, response: asked } = await anthropic.messages
      .create({ model: app, messages, max_tokens: 100 })
      .withResponse();
    expect(message.content).toMatchObject([{ type: 'text', text }]);
    expect(asked.headers.get('x-sluice-max-tokens')).toBeNull();
    const lowered = await anthropic.messages.create({ model: app, messages, max_tokens: 9_000 }).asResponse();
    expect(lowered.headers.get('x-sluice-max-tokens')).toBe('200');
    const final = await anthropic.messages.stream({ model: app, messages, max_tokens: 100 }).finalMessage();
    expect(final.content).toMatchObject([{ type: 'text', text }]);
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain(app);
  });
});

it('answers by the next target where the operator has to mend the first, and tells of it', async () => {
  const missing = { provider: 'openai', model: 'no-such-model' };
  const { app } = await createApp(gateways.stage.db, { chain: [missing, anthropicTarget] });
  const alone = await createApp(gateways.stage.db, { chain: [missing] });
  const { url, adminUrl } = await gateways.start();
  const answered = await ask(url, app);
  expect([answered.status, answered.headers.get('x-sluice-target')]).toEqual([
    200,
    '2 anthropic/sonata-large',
  ]);
  expect(await (await fetch(`${adminUrl}/metrics`)).text()).toContain(
    'sluice_operator_faults_total{provider="openai",model="no-such-model",matter="model"} 1',
  );
  const refused = await ask(url, alone.app);
  expect([refused.status, refused.body.error?.code]).toEqual([502, 'model_not_found']);
  expect(refused.body.error?.message).toMatch(/Tell the operator of this gateway\.$/);
});

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

describe('rendering', () => {
  const template =
    '---\ninput:\n  schema:\n    name: string\n---\n{{role "system"}}You serve {{name}}.{{history}}';

  it('renders the prompt, and says what is missing', async () => {
    const { app } = await createApp(gateways.stage.db, { prompts: { main: { template } } });
    const { url } = await gateways.start();
    expect((await ask(url, app, { sluice: { variables: { name: 'Ada' } } })).status).toBe(200);
    const failed = await ask(url, app);
    expect(failed.status).toBe(400);
    expect(failed.body.error).toMatchObject({ code: 'rendering_failed' });
    expect(failed.body.error?.message).toContain('name');
  });

  it("refuses a caller's system message beside a template", async () => {
    const { app } = await createApp(gateways.stage.db, { prompts: { main: { template: 'Hi {{history}}' } } });
    const { url } = await gateways.start();
    const messages = [
      { role: 'system', content: 'obey' },
      { role: 'user', content: 'hello' },
    ];
    expect((await ask(url, app, { messages })).body.error?.message).toContain('system message');
  });

  it('answers by stable what only the candidate cannot render', async () => {
    const { app, stable } = await createApp(gateways.stage.db);
    await release(gateways.stage.db, app, { weight: 100, content: { prompts: { main: { template } } } });
    const { url } = await gateways.start();
    expect(await ask(url, app)).toMatchObject({
      status: 200,
      reason: 'rescued',
      arm: 'stable',
      digest: stable,
    });
  });
});

describe('pins', () => {
  it('answer by the pinned revision only those who have the internal token', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const digest = await publish(db, app, 'unreleased', { chain: [openaiTarget, anthropicTarget] });
    const { url } = await gateways.start();
    const pin = { 'x-sluice-pin': digest };
    expect((await ask(url, app, { headers: pin })).status).toBe(403);
    expect((await ask(url, app, { headers: { ...pin, 'x-sluice-internal-token': 'wrong' } })).status).toBe(
      403,
    );
    const headers = { ...pin, 'x-sluice-internal-token': internalToken };
    expect(await ask(url, app, { headers })).toMatchObject({
      status: 200,
      digest,
      arm: 'pinned',
      reason: 'pinned',
    });
    const second = await ask(url, app, { headers: { ...headers, 'x-sluice-target': '1' } });
    expect(second.body.model).toContain('sonata');
    expect(second.headers.get('x-sluice-target')).toBe('2 anthropic/sonata-large');
    expect((await ask(url, app, { headers: { ...headers, 'x-sluice-target': '2' } })).status).toBe(400);
    expect((await ask(url, app, { headers: { ...headers, 'x-sluice-pin': 'nothing' } })).status).toBe(404);
  });
});

describe('an answer says', () => {
  const chain = [openaiTarget, anthropicTarget];
  const told = (headers: Headers) => [headers.get('x-sluice-target'), headers.get('x-sluice-attempts')];

  it.each([false, true])(
    'which target of the chain it is of, and how many came before (streamed: %s)',
    async (stream) => {
      const { app } = await createApp(gateways.stage.db, { chain });
      const { url } = await gateways.start();
      const answered = async () => {
        const body = JSON.stringify({ model: app, stream, messages: [{ role: 'user', content: 'hello' }] });
        const response = await fetch(`${url}/v1/chat/completions`, { ...asJson, body });
        await response.text();
        return told(response.headers);
      };
      expect(await answered()).toEqual(['1 openai/atlas-large', '1']);
      await gateways.fault({ provider: 'openai', kind: 'server_error' });
      // The breaker opens on the way; a target that is skipped counts as one that was tried.
      for (let request = 0; request < 8; request++) {
        expect(await answered()).toEqual(['2 anthropic/sonata-large', '2']);
      }
    },
  );

  it('where the candidate’s chain failed, which target of stable’s rescued it', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db, { chain: [anthropicTarget] });
    await release(db, app, { weight: 100, content: { chain: [openaiTarget, openaiTarget] } });
    const { url } = await gateways.start();
    await gateways.fault({ provider: 'openai', kind: 'server_error' });
    const { reason, headers } = await ask(url, app);
    expect([reason, ...told(headers)]).toEqual(['rescued', '1 anthropic/sonata-large', '3']);
  });
});

describe('what is asked for a measurement', () => {
  it('neither meets nor moves what production knows of a provider’s health', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db, { chain: [openaiTarget, anthropicTarget] });
    const { url } = await gateways.start();
    const headers = {
      'x-sluice-pin': stable,
      'x-sluice-internal-token': internalToken,
      'x-sluice-target': '0',
    };
    const limit = { provider: 'openai', kind: 'rate_limit', retryAfterSeconds: 60 };
    await gateways.fault(limit);
    for (let call = 0; call < 8; call++) {
      const refused = await ask(url, app, { headers });
      expect([
        refused.status,
        refused.headers.get('x-sluice-failure'),
        refused.headers.get('retry-after'),
      ]).toEqual([429, 'status 429', '60']);
    }
    await gateways.fault();
    expect((await ask(url, app)).headers.get('x-sluice-target')).toBe('1 openai/atlas-large');
    await gateways.fault(limit);
    expect((await ask(url, app)).headers.get('x-sluice-target')).toBe('2 anthropic/sonata-large');
    await gateways.fault();
    expect((await ask(url, app)).headers.get('x-sluice-target')).toBe('2 anthropic/sonata-large');
    expect(await ask(url, app, { headers })).toMatchObject({ status: 200 });
  });
});

describe('a probe', () => {
  const probe = async (url: string, body: object, token = internalToken) => {
    const response = await fetch(`${url}${probePath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-internal-token': token },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };

  it('says of each target alone whether it answers, for those who have the internal token', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const template = '---\ninput:\n  schema:\n    name: string\n---\n{{name}}{{history}}';
    const chain = [{ provider: 'openai', model: 'no-such-model' }, anthropicTarget, openaiTarget];
    const revision = await publish(db, app, 'unreleased', { chain, prompts: { main: { template } } });
    const { url } = await gateways.start();
    await gateways.fault({ model: 'atlas-large', kind: 'server_error', status: 401 });
    expect(await probe(url, { app, revision })).toMatchObject({
      status: 200,
      body: {
        targets: [
          { target: 0, name: 'openai/no-such-model', outcome: { status: 404, code: 'model_not_found' } },
          { target: 1, name: 'anthropic/sonata-large', outcome: { kind: 'answered' } },
          { target: 2, name: 'openai/atlas-large', outcome: { status: 401 } },
        ],
      },
    });
    expect((await probe(url, { app, revision, target: 1 })).body).toMatchObject({ targets: [{ target: 1 }] });
    expect((await probe(url, { app, revision }, 'wrong')).status).toBe(403);
    expect((await probe(url, { app })).status).toBe(400);
  });

  it('says which name the environment does not have', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const revision = await publish(db, app, 'unbound', { chain: [{ provider: 'unknown', model: 'x' }] });
    const { url } = await gateways.start();
    const { status, body } = await probe(url, { app, revision });
    expect([status, JSON.stringify(body)]).toEqual([
      404,
      expect.stringContaining('has no provider \\"unknown'),
    ]);
  });
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

it('refuses a candidate that it cannot serve, says why, and serves stable on', async () => {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db);
  const { url } = await gateways.start({ gatewayId: 'refuser' });
  await waitFor(async () => (await ask(url, app)).status === 200, { what: 'the app' });
  const { version } = await release(db, app, {
    weight: 100,
    content: { chain: [{ provider: 'unknown', model: 'x' }] },
  });
  const row = await waitFor(
    async () => {
      const { rows } = await db.query<{
        acks: Record<string, number>;
        refusals: Record<string, { version: number; reason: string }>;
      }>(`select acks, refusals from gateway_instance where id = 'refuser' and refusals ? $1`, [app]);
      return rows[0];
    },
    { what: 'the refusal' },
  );
  expect(row.refusals[app]).toMatchObject({
    version,
    reason: expect.stringContaining('no provider "unknown"') as string,
  });
  expect(row.acks[app]).toBeUndefined();
  expect(await ask(url, app)).toMatchObject({ status: 200, arm: 'stable', digest: stable });
});
