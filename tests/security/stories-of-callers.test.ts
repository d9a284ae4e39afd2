import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import {
  ask,
  asJson,
  bindingOf,
  createApp,
  dataKey,
  environment,
  internalToken,
  useGateways,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { anyRequest, malformedRequests, sendRaw } from '../support/malformed-requests.ts';
import { waitFor } from '../support/wait-for.ts';
import fc from 'fast-check';

// The stories "gateway dead", "gateway stuck", "gateway out of memory", "breaker open" and "sampling dead", each end to
// end: an anonymous caller of the real program, with a heap that its requests would fill if they could.

const gateways = useGateways();
const isFull = process.env['SLUICE_SECURITY'] === 'full';
const heapMb = 192;
const main = join(import.meta.dirname, '../../gateway/main.ts');

interface Story {
  program: ChildProcess;
  url: string;
  adminUrl: string;
  /** What the caller asks, and somebody else's app on the same providers. */
  app: string;
  other: string;
}
let story: Story;

beforeAll(async () => {
  const { db, databaseUrl, folder, simulator } = gateways.stage;
  const chain = [
    { provider: 'openai', model: 'atlas-large' },
    { provider: 'anthropic', model: 'sonata-large' },
  ];
  const [{ app }, { app: other }] = [await createApp(db, { chain }), await createApp(db, { chain })];
  const environments = join(folder, 'environments.yaml');
  writeFileSync(environments, stringify({ environments: { [environment]: bindingOf(simulator) } }));
  const program = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, main], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      SLUICE_GATEWAY_ID: 'story',
      SLUICE_ENVIRONMENT: environment,
      SLUICE_GATEWAY_HOSTS: 'a', // As the odd requests call it.
      DATABASE_URL: databaseUrl,
      SLUICE_STATE_DIR: join(folder, 'story'),
      SLUICE_ENVIRONMENTS_FILE: environments,
      SLUICE_DATA_KEY: dataKey.toString('base64'),
      SLUICE_INTERNAL_TOKEN: internalToken,
      SLUICE_BODIES_IN_FLIGHT_MB: '32',
      SIMULATOR_KEY: 'any',
    },
  });
  let output = '';
  program.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const line = await waitFor(() => /^\{"ready":true.*\}$/mu.exec(output)?.[0], { what: 'the ready line' });
  const { url, adminUrl } = JSON.parse(line) as { url: string; adminUrl: string };
  story = { program, url, adminUrl, app, other };
  await waitFor(async () => (await ask(url, app)).status === 200, { what: 'an answer' });
});
afterAll(() => {
  story.program.kill('SIGKILL');
});

/** Somebody else's plain request is answered by the first target of its chain, and the program has lived through it all. */
async function expectUnharmed(): Promise<void> {
  const answer = await ask(story.url, story.other, { headers: { 'x-sluice-subject': 'somebody else' } });
  expect([answer.status, answer.headers.get('x-sluice-attempts')]).toEqual([200, '1']);
  expect(answer.headers.get('x-sluice-target')).toContain('openai');
  const metrics = await (await fetch(`${story.adminUrl}/metrics`)).text();
  const survived = [...metrics.matchAll(/^sluice_survived_faults_total.* (\d+)$/gmu)].map(([, n]) => n);
  expect([survived, story.program.exitCode, story.program.signalCode]).toEqual([['0', '0'], null, null]);
}

const post = async (path: string, body: string): Promise<number> => {
  const response = await fetch(story.url + path, { ...asJson, body, signal: AbortSignal.timeout(60_000) });
  await response.arrayBuffer();
  return response.status;
};

it('gateway dead: no request ends it', async () => {
  for (const request of malformedRequests)
    expect((await sendRaw(story.url, request)).filter((status) => status >= 500)).toEqual([]);
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      expect((await sendRaw(story.url, request)).filter((status) => status >= 500)).toEqual([]);
    }),
    { numRuns: isFull ? 400 : 60 },
  );
  const odd = ['__proto__', 'constructor', '\ud800', '\u0000', '{{x}}', '\u2028', '-1', '1e999'];
  for (const text of odd) {
    const headers = { 'x-sluice-subject': text.replaceAll(/[^\x20-\x7e]/g, '?') };
    const body = {
      messages: [{ role: text, content: text, [text]: text }],
      sluice: { variables: { [text]: text } },
    };
    expect((await ask(story.url, story.app, { headers, ...body })).status).toBeLessThan(500);
    expect((await ask(story.url, text)).status).toBe(404);
  }
  await expectUnharmed();
});

it('gateway stuck: no request holds it up for others', async () => {
  const megabyte = (piece: string): string =>
    Array.from({ length: 1e6 / piece.length }, () => piece).join(',');
  const [user, reasoning] = ['{"role":"user","content":"x"}', '{"type":"reasoning"}'];
  const names = `${'a@'.repeat(250_000)}${'1 '.repeat(120_000)}`;
  const bodies: [string, string][] = [
    ['/v1/responses', `{"model":"${story.app}","input":[${megabyte(user)}]}`],
    ['/v1/responses', `{"model":"${story.app}","input":[${user},${megabyte(reasoning)}]}`],
    ['/v1/chat/completions', `{"model":"${story.app}","messages":[${megabyte(user)}]}`],
    ['/v1/messages', `{"model":"${story.app}","max_tokens":1,"messages":[${megabyte(user)}]}`],
    ['/v1/chat/completions', `{"model":"${story.app}","messages":${'['.repeat(5e5)}${']'.repeat(5e5)}}`],
    ['/v1/chat/completions', `{"model":"${story.app}","messages":[{"role":"user","content":"${names}"}]}`],
    ['/v1/assign', `{"app":"${story.app}","variables":{${megabyte('"a":"b@c.d"')}}}`],
    ['/v1/outcomes', `{"batch":"b","outcomes":[${megabyte('{}')}]}`],
  ];
  const asked = Promise.all(bodies.map(([path, body]) => post(path, body)));
  const others = Array.from({ length: 10 }, () => ask(story.url, story.other));
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 200));
  expect((await asked).filter((status) => status === 500)).toEqual([]);
  await expectUnharmed();
});

it('gateway out of memory: what callers send at once is bounded, however much it is', async () => {
  const large = JSON.stringify({ app: story.app, variables: { a: 'x'.repeat(9_500_000) } });
  const many = `{"model":"${story.app}","messages":[${'[],'.repeat(1_500_000)}1]}`;
  const { hostname, port } = new URL(story.url);
  // Each announces much and never comes to its end.
  const unfinished = Array.from({ length: isFull ? 300 : 100 }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    const head = `POST /v1/assign HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n`;
    socket.write(`${head}{"a":"${'x'.repeat(400_000)}`);
    return socket;
  });
  const statuses = await Promise.all(
    Array.from({ length: isFull ? 60 : 20 }, (_, i) =>
      post(i % 4 === 0 ? '/v1/chat/completions' : '/v1/assign', i % 4 === 0 ? many : large),
    ),
  );
  for (const socket of unfinished) socket.destroy();
  expect(statuses.filter((status) => ![200, 400, 413, 429, 503].includes(status))).toEqual([]);
  await waitFor(async () => (await ask(story.url, story.other)).status === 200, { what: 'room again' });
  await expectUnharmed();
});

it('breaker open: what callers do wrong is charged to no provider', async () => {
  const wrong: Record<string, unknown>[] = [
    { temperature: 'hot' },
    { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    { messages: [{ role: 'tool', tool_call_id: 'none', content: 'x' }] },
    { max_tokens: -1 },
    { tools: [{ type: 'function', function: { name: '', parameters: 'x' } }] },
    { messages: [] },
  ];
  for (let round = 0; round < 10; round += 1)
    await Promise.all(wrong.map((body) => ask(story.url, story.app, body)));
  // And those who leave before they have an answer.
  await Promise.all(
    Array.from({ length: 30 }, () =>
      fetch(`${story.url}/v1/chat/completions`, {
        ...asJson,
        body: JSON.stringify({ model: story.app, messages: [{ role: 'user', content: 'x' }] }),
        signal: AbortSignal.timeout(5),
      }).catch(() => undefined),
    ),
  );
  await expectUnharmed();
});

it('sampling dead: what cannot be kept of one keeps nobody else’s from being kept', async () => {
  const { db } = gateways.stage;
  const kept = async () => (await db.query('select from sample where app = $1', [story.other])).rowCount ?? 0;
  const before = await kept();
  for (const text of ['zero\u0000', 'half\ud800', 'n'.repeat(500_000)]) {
    const variables = { [text]: text };
    const messages = [{ role: 'user', content: text }];
    await ask(story.url, story.app, { messages, sluice: { variables }, user: text });
  }
  await ask(story.url, story.other);
  await waitFor(async () => (await kept()) > before, { what: 'a sample of somebody else' });
  await expectUnharmed();
});
