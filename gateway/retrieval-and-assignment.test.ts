import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { open } from '../program/sealing.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  asJson,
  keyFor,
  ask,
  bindingOf,
  createApp,
  dataKeys,
  environment,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();

/** A retriever that answers what the test says, and keeps what it was asked. */
interface FakeRetriever {
  url: string;
  asked: Record<string, unknown>[];
  headers: Record<string, unknown>[];
  answer: { status: number; documents: { id: string; text: string }[] };
  server: Server;
}
let retriever: FakeRetriever;

beforeEach(async () => {
  const asked: Record<string, unknown>[] = [];
  const headers: Record<string, unknown>[] = [];
  const answer: FakeRetriever['answer'] = {
    status: 200,
    documents: [{ id: 'd1', text: 'Cards arrive in 5 days.' }],
  };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      asked.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      headers.push(request.headers);
      response.statusCode = answer.status;
      response.end(JSON.stringify({ index: { version: '3', digest: 'idx' }, documents: answer.documents }));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  retriever = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`,
    asked,
    headers,
    answer,
    server,
  };
});

afterEach(async () => {
  retriever.server.closeAllConnections();
  retriever.server.close();
  await once(retriever.server, 'close');
});

const tooLong = { id: 'all', text: 'x'.repeat(5 * 1024 * 1024) };
const prompts = { main: { template: '{{role "system"}}{{#each documents}}{{text}}{{/each}}{{history}}' } };
const retrieval = { by: 'gateway', retriever: 'knowledge', index: 'faq@3', topK: 4, filter: { lang: 'en' } };
const startWithRetriever = () =>
  gateways.start({
    bound: {
      binding: bindingOf(gateways.stage.simulator, retriever.url),
      keys: new Map([['SIMULATOR_KEY', 'any']]),
    },
  });

async function countsOf(app: string): Promise<Record<string, number> | undefined> {
  const { rows } = await gateways.stage.db.query<{ counts: Record<string, number> }>(
    'select counts from arm_counter where app = $1',
    [app],
  );
  return rows[0]?.counts;
}

describe('retrieval in the gateway', () => {
  it('searches for the last user message in the named index, and passes the trace on', async () => {
    const { app } = await createApp(gateways.stage.db, { prompts, retrieval });
    const { url } = await startWithRetriever();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const messages = [
      { role: 'user', content: 'before' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'When does my card arrive?' },
    ];
    expect(
      (await ask(url, app, { messages, headers: { traceparent, 'x-sluice-subject': 'ada' } })).status,
    ).toBe(200);
    const subject = expect.stringMatching(/^-?\d+$/) as string;
    expect(retriever.asked).toEqual([
      { query: 'When does my card arrive?', index: 'faq@3', topK: 4, filter: { lang: 'en' }, subject },
    ]);
    expect(retriever.headers[0]).toMatchObject({ traceparent });
  });

  it.each([
    ['an error', 'onError', { status: 500, documents: [] }, 'retrievalError', 503],
    ['nothing found', 'onEmpty', { status: 200, documents: [] }, 'retrievalEmpty', 404],
    ['5 MB of documents', 'onError', { status: 200, documents: [tooLong] }, 'retrievalError', 503],
  ])(
    'gives %s the outcome that the revision declares, and counts it',
    async (_name, declared, answer, count, status) => {
      Object.assign(retriever.answer, answer);
      const { db } = gateways.stage;
      const strict = await createApp(db, { prompts, retrieval: { ...retrieval, [declared]: 'fail' } });
      const tolerant = await createApp(db, { prompts, retrieval: { ...retrieval, [declared]: 'continue' } });
      const { url } = await startWithRetriever();
      expect((await ask(url, strict.app)).status).toBe(status);
      expect((await ask(url, tolerant.app)).status).toBe(200);
      for (const { app } of [strict, tolerant]) {
        await waitFor(async () => (await countsOf(app))?.[count] === 1, { what: `${count} of ${app}` });
      }
      expect(await countsOf(strict.app)).toMatchObject({ failed: 1, completed: 0 });
    },
  );
});

async function post(
  url: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`, {
    ...asJson,
    headers: { ...asJson.headers, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('retrieval and calls in the application', () => {
  it('are answered by the very revision that was assigned, and by stable once it was taken back', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { candidate } = await release(db, app, {
      weight: 100,
      content: { retrieval: { by: 'application', settings: { k: 7 } } },
    });
    const { url } = await gateways.start();
    const { status, body } = await post(url, '/v1/assign', { app, subject: 'ada' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      revision: { digest: candidate },
      arm: 'candidate',
      retrieval: { by: 'application', settings: { k: 7 } },
    });
    const headers = { 'x-sluice-assignment': String(body['assignment']) };
    expect(await ask(url, app, { headers })).toMatchObject({ digest: candidate, reason: 'assigned' });
    const forged = { 'x-sluice-assignment': `x${headers['x-sluice-assignment']}` };
    expect((await ask(url, app, { headers: forged })).status).toBe(400);
    const { version } = await rollback(db, {
      app,
      environment,
      operationId: 'r',
      actor: 'user:ada',
      reason: 'bad',
    });
    await waitFor(async () => (await ask(url, app)).version >= version, { what: 'the rollback' });
    expect(await ask(url, app, { headers })).toMatchObject({ digest: stable, reason: 'candidate-withdrawn' });
  });

  it('report outcomes, each assignment once, also at another gateway (18, 32)', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { headers } = await keyFor(gateways.stage.db, app);
    const { url } = await gateways.start();
    const other = await gateways.start();
    const assigned = async () => (await post(url, '/v1/assign', { app, subject: 'ada' })).body['assignment'];
    const outcome = {
      latencyMs: 120,
      usage: { inputTokens: 5, outputTokens: 6 },
    };
    const batch = {
      batch: 'b1',
      outcomes: [
        { ...outcome, assignment: await assigned(), outcome: 'ok' },
        { ...outcome, assignment: await assigned(), outcome: 'error' },
      ],
    };
    expect((await post(url, '/v1/outcomes', batch)).status).toBe(401);
    expect((await post(url, '/v1/outcomes', batch, headers)).body).toEqual({ accepted: 2, repeated: false });
    const again = { accepted: 0, repeated: true };
    expect((await post(other.url, '/v1/outcomes', { ...batch, batch: 'b2' }, headers)).body).toEqual(again);
    const foreign = { batch: 'b3', outcomes: [{ ...outcome, outcome: 'ok', assignment: 'x.y' }] };
    expect((await post(url, '/v1/outcomes', foreign, headers)).status).toBe(400);
    await waitFor(async () => (await countsOf(app))?.['admitted'] === 2, { what: 'the outcomes' });
    expect(await countsOf(app)).toMatchObject({
      admitted: 2,
      completed: 1,
      failed: 1,
      tokensIn: 5,
      tokensOut: 6,
    });
  });
});

describe('samples', () => {
  const samplesOf = (app: string) =>
    gateways.stage.db
      .query<{ id: string; metadata: Record<string, unknown>; body: Buffer | null }>(
        'select id, metadata, body from sample where app = $1',
        [app],
      )
      .then(({ rows }) => rows);

  it('are sealed, redacted, and hold what a replay needs (22)', async () => {
    const { app } = await createApp(gateways.stage.db, { prompts, retrieval });
    const { url } = await startWithRetriever();
    const content = 'I am ada@example.com, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00';
    await ask(url, app, {
      messages: [{ role: 'user', content }],
      headers: { 'x-sluice-subject': 'ada-lovelace' },
    });
    const [sample] = await waitFor(
      async () => ((await samplesOf(app)).length === 1 ? samplesOf(app) : undefined),
      { what: 'the sample' },
    );
    expect(sample!.body!.toString('latin1')).not.toContain('card');
    const opened = JSON.parse(
      open(dataKeys, { kind: 'sample', app, environment, id: sample!.id }, sample!.body!).toString(),
    ) as Record<string, unknown>;
    expect(opened).toMatchObject({
      protocol: 'openai-chat',
      body: { messages: [{ role: 'user', content: 'I am [email], card [card], IBAN [iban]' }] },
      documents: [{ id: 'd1' }],
      index: { version: '3', digest: 'idx' },
    });
    expect(sample!.metadata).toMatchObject({ outcome: 'completed', reason: 'no-candidate', splitVersion: 1 });
    expect(JSON.stringify(sample!.metadata)).not.toContain('ada-lovelace');
  });

  it('are not kept where the caller says so', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { url } = await gateways.start();
    await ask(url, app, { headers: { 'x-sluice-sample': 'never' } });
    await ask(url, app, { store: false });
    for (const unknown of ['', 'Never', 'no', 'always', 'never, never']) {
      const answer = await ask(url, app, { headers: { 'x-sluice-sample': unknown } });
      expect(answer.headers.get('x-sluice-sample')).toContain('unknown value');
    }
    await ask(url, app, { messages: [{ role: 'user', content: 'last' }] });
    await waitFor(async () => (await samplesOf(app)).length > 0, { what: 'the sample that may be kept' });
    expect(await samplesOf(app)).toHaveLength(1);
  });
});
