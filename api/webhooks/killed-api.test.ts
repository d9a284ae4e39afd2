import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { makeLogins } from '../../config-store/roles/login-users.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import {
  createApp,
  environment,
  plan,
  raise,
  startRelease,
} from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { loginPrograms, type LoginProgram } from '../../domain/access/login-programs.ts';
import { requiredVariable } from '../../tests/support/required-variable.ts';
import { waitFor } from '../../tests/support/wait-for.ts';

const suffix = randomBytes(4).toString('hex');
const nameOf = (program: LoginProgram) => `told_${program}_${suffix}`;
const token = 'slc_the-first-admin-of-this-test';
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const heard: { readonly id: string; readonly body: string; readonly verified: boolean }[] = [];
const children: ChildProcess[] = [];
let hangs = true;
let receiver: Server;

// Before the database goes: the first hook is the first to run.
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  receiver.closeAllConnections();
  receiver.close();
  for (const program of loginPrograms) {
    await store.db.query(`drop owned by ${nameOf(program)}`);
    await store.db.query(`drop role if exists ${nameOf(program)}`);
  }
});
const store = useDatabase();

async function startApi(databaseUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const address = receiver.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: requiredVariable('SLUICE_TEST_TEMPORAL_ADDRESS'),
      SLUICE_API_PORT: '0',
      SLUICE_ADMIN_TOKEN: token,
      SLUICE_WEBHOOKS: JSON.stringify({ ops: { url: `http://127.0.0.1:${port}/`, secrets: [secret] } }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const line = await waitFor(() => /^\{"ready":true.*$/m.exec(output)?.[0], { what: 'the ready line' });
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

it('tells under one id of what a worker wrote, though the API was killed while it sent, each by its own role', async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
      new Verifier(secret).verify(body, headers); // Throws, and ends the test, where it is not ours.
      heard.push({ id: headers['webhook-id'] ?? '', body, verified: true });
      if (!hangs) response.writeHead(204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const passwords = loginPrograms.map((program) => [program, randomBytes(8).toString('hex')]);
  const urls = await makeLogins(
    store.url,
    Object.fromEntries(passwords) as Record<LoginProgram, string>,
    nameOf,
  );
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'v2', { ...plan, notify: [{ to: 'ops' }] });
  await raise(store.db, opened, { weight: 5, expectedVersion: opened.splitVersion });

  const { child } = await startApi(urls.api);
  const worker = createPool(urls.worker, { applicationName: 'told-worker' });
  await rollback(worker, {
    ...{ app, environment, actor: 'system:release', reason: 'more errors', operationId: randomUUID() },
  });
  await worker.end();
  await waitFor(() => heard.length > 0 || undefined, { what: 'the attempt that hangs' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  hangs = false;
  await store.db.query('update webhook_message set next_at = now()'); // Half a minute later.
  const { url } = await startApi(urls.api);
  await waitFor(
    async () =>
      (await store.db.query('select from webhook_message where delivered_at is not null')).rowCount === 1 ||
      undefined,
    { what: 'the delivery' },
  );
  expect(heard).toHaveLength(2);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(1);

  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const asked = await fetch(`${url}/v1/webhooks/ops/test`, { method: 'POST', headers, body: '{}' });
  expect([asked.status, await asked.json()]).toMatchObject([
    200,
    { delivered: true, says: 'it answered 204' },
  ]);
  expect(
    (await fetch(`${url}/v1/webhooks/nobody/test`, { method: 'POST', headers, body: '{}' })).status,
  ).toBe(404);
  const doctor = (await (await fetch(`${url}/v1/doctor`, { headers })).json()) as { findings: object[] };
  expect(doctor.findings).toContainEqual(
    expect.objectContaining({ check: 'webhooks', about: 'ops', state: 'ok' }),
  );
});
