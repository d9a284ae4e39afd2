import { probePath } from '../domain/revision/target-probe.ts';
import {
  asJson,
  anthropicTarget,
  ask,
  createApp,
  internalToken,
  openaiTarget,
  publish,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();

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
