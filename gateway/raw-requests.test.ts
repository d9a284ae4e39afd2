import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { anyRequest, malformedRequests, sendRaw } from '../tests/support/malformed-requests.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { pathOf } from './request-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-raw-'));
let gateway: ChildProcess;
let adminUrl: string;
let url = '';

/** The program as it runs in production; it serves nothing, for its database is away. */
beforeAll(async () => {
  const file = join(folder, 'environments.yaml');
  writeFileSync(file, 'environments: { production: { providers: {} } }');
  let output = '';
  gateway = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      SLUICE_GATEWAY_ID: 'raw',
      SLUICE_ENVIRONMENT: 'production',
      SLUICE_GATEWAY_HOSTS: 'a', // As these requests call it.
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      SLUICE_STATE_DIR: folder,
      SLUICE_ENVIRONMENTS_FILE: file,
      SLUICE_DATA_KEY: randomBytes(32).toString('base64'),
      SLUICE_INTERNAL_TOKEN: 'internal-token-of-the-tests',
    },
  });
  gateway.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const line = await waitFor(() => /^\{"ready":true.*\}$/mu.exec(output)?.[0], { what: 'the ready line' });
  ({ url, adminUrl } = JSON.parse(line) as { url: string; adminUrl: string });
});
afterAll(() => {
  gateway.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const faults = async () =>
  [
    ...(await (await fetch(`${adminUrl}/metrics`)).text()).matchAll(
      /^sluice_survived_faults_total.* (\d+)$/gmu,
    ),
  ].map(([, count]) => Number(count));

it('answers what it cannot read with 4xx or by ending the connection, and goes on (31)', async () => {
  for (const request of malformedRequests) {
    const statuses = await sendRaw(url, request);
    expect({ statuses, request: request.toString('latin1', 0, 80) }).toEqual({
      statuses: statuses.filter((status) => status < 500),
      request: expect.any(String) as string,
    });
  }
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      const statuses = await sendRaw(url, request);
      // 503: nothing is ready here.
      expect(statuses.filter((status) => status >= 500 && status !== 503)).toEqual([]);
    }),
    { numRuns: 150 },
  );
  const { status, headers } = await fetch(`${url}/healthz`);
  // Longer than load balancers keep a connection: theirs is to be the one that ends it.
  expect([status, headers.get('keep-alive')]).toEqual([200, 'timeout=75']);
  expect(await faults()).toEqual([0, 0]);
  expect(gateway.exitCode).toBeNull();
});

it.each(['//', '/\\', '//a:99999/x', 'http://['])('answers 400 to the path %s', async (target) => {
  expect(await sendRaw(url, Buffer.from(`GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`))).toEqual([400]);
});

const post = async (path: string, body: string) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
};
const modelPaths = ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/assign', '/v1/outcomes'];

it.each(modelPaths)('answers 400 to JSON beyond all bounds at %s', async (path) => {
  const deep = `{"model":"a","messages":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  expect(await post(path, deep)).toMatchObject({
    status: 400,
    text: expect.stringContaining('nested') as string,
  });
  const many = await post(path, `{"model":"a","messages":[${'[],'.repeat(1_000_000)}1]}`);
  expect(many).toMatchObject({ status: 400, text: expect.stringContaining('values') as string });
});

it.each(modelPaths)('echoes no more than a few lines of what it does not know at %s', async (path) => {
  const name = 'k'.repeat(1_900_000);
  const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${i}${'k'.repeat(90)}`, 1]));
  for (const body of [
    { ...keys, model: 'a', messages: [] },
    { model: name, app: name, input: 'x', messages: [{ role: 'user', content: 'x' }], max_tokens: 1 },
    { model: 'a', messages: [{ role: name, content: 'x', [name]: 1 }], input: [{ type: name, [name]: 1 }] },
    { model: 'a', messages: [{ role: 'user', content: 'x' }], input: 'x', max_tokens: 1, sluice: keys },
    { batch: 'b', outcomes: [keys] },
    { batch: name, outcomes: Array.from({ length: 100_000 }, () => 1) },
  ]) {
    const { status, text } = await post(path, JSON.stringify(body));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text.length).toBeLessThan(40_000);
  }
});

it.each([
  ['/v1/models', '/v1/models'],
  ['/v1/models?limit=2#x', '/v1/models'],
  ['http://gateway:8080/v1/models?x', '/v1/models'],
  ['/', '/'],
  ['/a?//b', '/a'],
])('reads of the target %s the path %s', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

it('reads a path of anything, or says invalid_request', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (target) => {
      try {
        expect(pathOf(target)).toMatch(/^\/(?![/\\])/u);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_request' });
      }
    }),
  );
});
