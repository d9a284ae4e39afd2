import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type SupervisedProcess } from '../../cli/up/servers/child-process.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { requiredVariable } from '../support/required-variable.ts';
import { waitFor } from '../support/wait-for.ts';
import { ourServices, programOf, root, type Service } from './compose-file.ts';

/** What `.env` would hold. */
const secrets: Record<string, string> = {
  POSTGRES_PASSWORD: 'unused-here',
  SLUICE_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
  SLUICE_INTERNAL_TOKEN: '0123456789abcdef0123456789abcdef',
  SLUICE_ADMIN_TOKEN: 'slc_0123456789abcdef0123456789abcdef',
  SLUICE_AUDIT_KEY: Buffer.alloc(32, 8).toString('base64'),
  SLUICE_SUBJECT_KEY: Buffer.alloc(32, 9).toString('base64'),
  ...Object.fromEntries(
    ['API', 'WORKER', 'EVALUATION', 'GATEWAY'].map((program) => [
      `${program}_DATABASE_PASSWORD`,
      `${program.toLowerCase()}-0123456789abcdef`,
    ]),
  ),
};
/** The compose file's order of starting: each waits for those before it. */
const order = ['migrate', 'api', 'gateway-1', 'gateway-2', 'staging-gateway', 'worker', 'evaluation-worker'];

let database: TestDatabase;
let folder: string;
const running: SupervisedProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'sluice-compose-'));
  copyFileSync(join(root, 'sluice.environments.example.yaml'), join(folder, 'environments.yaml'));
});

afterAll(async () => {
  for (const process of running) await process.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const withSecrets = (value: string) =>
  value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_whole, secret: string) => secrets[secret] ?? '');

/** The test's database, for the user that a service's own address names; its owner is the test's. */
function databaseUrl(inNetwork: string): string {
  const url = new URL(database.url);
  const { username, password } = new URL(inNetwork);
  if (username !== 'sluice') [url.username, url.password] = [username, password];
  return url.href;
}

/** A container's settings on this host: its places become places here, and each service has a port of its own. */
function onThisHost(name: string, service: Service, ports: Record<string, number>): Record<string, string> {
  const here = (key: string, value: string): string => {
    if (key === 'DATABASE_URL') return databaseUrl(withSecrets(value));
    if (key === 'TEMPORAL_ADDRESS') return requiredVariable('SLUICE_TEST_TEMPORAL_ADDRESS');
    if (key === 'SLUICE_STATE_DIR') return join(folder, name);
    if (key.endsWith('_ADMIN_PORT')) return '0';
    if (key.endsWith('_PORT')) return String(ports[name]);
    return withSecrets(value)
      .replace(/^\/(etc|var\/lib)\/sluice/, folder)
      .replace(
        /^http:\/\/([a-z0-9-]+):\d+$/,
        (_whole, other: string) => `http://127.0.0.1:${String(ports[other])}`,
      );
  };
  return Object.fromEntries(
    Object.entries(service.environment).flatMap(([key, value]) =>
      value === null ? [] : [[key, here(key, value)]],
    ),
  );
}

/** The address that a service's health check asks, on this host. */
function healthUrl(service: Service, port: number | undefined): string {
  const [, path = ''] = /127\.0\.0\.1:\d+(\/\w+)/.exec(service.healthcheck?.test.join(' ') ?? '') ?? [];
  return `http://127.0.0.1:${String(port)}${path}`;
}

it('starts every program with no more than its service is told, until its health check passes', async () => {
  const services = new Map(ourServices());
  expect([...services.keys()].sort()).toEqual([...order].sort());
  const ports = Object.fromEntries(
    await Promise.all(order.map(async (name) => [name, await freePort()] as const)),
  );
  for (const name of order) {
    const service = services.get(name)!;
    const [, ...args] = service.command ?? [];
    const child = await startProcess({
      name,
      run: { kind: 'node-script', script: join(root, programOf(service)), args },
      env: onThisHost(name, service, ports),
      logFile: join(folder, `${name}.log`),
    });
    running.push(child);
    if (service.healthcheck === undefined) {
      expect([name, await child.exited]).toEqual([name, { code: 0, signal: null }]);
      continue;
    }
    const url = healthUrl(service, ports[name]);
    await waitFor(
      async () => {
        if (child.exit() !== undefined) return true;
        return (await fetch(url)).ok;
      },
      { what: `the health check of ${name}`, timeoutMs: 30_000 },
    );
    expect([name, child.exit(), child.output()]).toEqual([name, undefined, child.output()]);
  }
}, 90_000);
