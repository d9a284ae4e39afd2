import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { createPool } from '../config-store/connection/create-pool.ts';
import { createRelease } from '../config-store/releases/create-release.ts';
import { readRelease } from '../config-store/releases/read-release.ts';
import { plan } from '../config-store/test-fixtures/release-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { anyRequest, malformedRequests, sendRaw } from '../tests/support/malformed-requests.ts';
import { requiredVariable } from '../tests/support/required-variable.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { createBank } from './test-fixtures/bank.ts';
import { openEvents } from './test-fixtures/event-stream.ts';

const adminToken = 'slc_the-first-admin-of-this-test';

interface Program {
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  exited: Promise<number | null>;
}

let database: TestDatabase;
const programs: Program[] = [];

function startProgram(settings: Record<string, string>): Program {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const program = { child, output: () => output, errors: () => errors, exited };
  programs.push(program);
  return program;
}

async function startApi(
  more: Record<string, string> = {},
): Promise<Program & { url: string; adminUrl: string }> {
  const program = startProgram({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: requiredVariable('SLUICE_TEST_TEMPORAL_ADDRESS'),
    SLUICE_API_PORT: '0',
    SLUICE_ADMIN_TOKEN: adminToken,
    ...more,
  });
  const line = await waitFor(() => /^\{"ready":true.*$/m.exec(program.output())?.[0], {
    what: 'the ready line',
  });
  const { url, adminUrl } = JSON.parse(line) as { url: string; adminUrl: string };
  return { ...program, url, adminUrl };
}

const ask = (url: string, path: string, body?: object) =>
  fetch(url + path, {
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const { child, exited } of programs) {
    child.kill('SIGKILL');
    await exited;
  }
  await database.drop();
});

it('serves with the first admin token, and at SIGTERM ends its streams and itself', async () => {
  const api = await startApi();
  const { app } = await createBank(database.pool);
  const started = await ask(api.url, '/v1/releases', { app, revision: 'b', plan });
  expect(started.status).toBe(201);
  const { id } = (await started.json()) as { id: string };
  const client = await openEvents(`${api.url}/v1/releases/${id}/events`, adminToken);
  await client.until('the first event', () => true);
  api.child.kill('SIGTERM');
  expect(await api.exited).toBe(0);
  expect(await client.ended()).toBe(true);
});

it('answers what it cannot read with 4xx or by ending the connection, and goes on (31)', async () => {
  const api = await startApi();
  for (const request of malformedRequests) {
    const statuses = await sendRaw(api.url, request);
    expect([request.toString('latin1', 0, 80), statuses.filter((status) => status >= 500)]).toEqual([
      expect.any(String),
      [],
    ]);
  }
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      expect((await sendRaw(api.url, request)).filter((status) => status >= 500)).toEqual([]);
    }),
    { numRuns: 150 },
  );
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${api.adminUrl}/metrics`)).text()).not.toMatch(
    /^sluice_api_survived_faults_total.* [1-9]/m,
  );
  expect(api.child.exitCode).toBeNull();
});

it('looks after releases while no worker is up: one that never started is closed', async () => {
  const { app, b } = await createBank(database.pool);
  await startApi({ SLUICE_RECONCILE_EVERY_MS: '100', SLUICE_RECONCILE_MIN_AGE_MS: '0' });
  const db = createPool(database.url, { applicationName: 'test' });
  const { id } = await createRelease(db, {
    ...{ app, environment: 'production', revision: b, planName: 'default', plan, suites: [] },
    ...{ provenance: {}, actor: 'test' },
  });
  const closed = await waitFor(
    async () => {
      const release = await readRelease(db, id);
      return release?.state === 'failed' && release;
    },
    { what: 'the release to be closed' },
  );
  expect(closed.reason).toBe('its workflow never started');
  await db.end();
});

it('does not start with settings that are wrong, and names each', async () => {
  const program = startProgram({ DATABASE_URL: 'nonsense', SLUICE_API_PORT: '70000' });
  expect(await program.exited).toBe(2);
  expect(program.errors()).toMatch(/DATABASE_URL[^]*SLUICE_API_PORT|SLUICE_API_PORT[^]*DATABASE_URL/);
});

it('waits for PostgreSQL, says so, and ends in an orderly way while it does', async () => {
  const program = startProgram({
    DATABASE_URL: 'postgres://u@127.0.0.1:1/db',
    SLUICE_ADMIN_TOKEN: adminToken,
  });
  await waitFor(() => program.errors().split('PostgreSQL cannot be reached').length > 2, {
    what: 'the API to try PostgreSQL again',
    timeoutMs: 30_000,
  });
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});
