import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { openSecrets } from '../../cli/up/home/home.ts';
import { startStack, type Stack } from '../../cli/up/stack/stack.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { createCommandLine, type CommandLine, type Ran } from '../../examples/demo/command-line.ts';
import type { Simulator } from '../../simulator/provider/simulator.ts';
import { hasPython } from '../support/has-python.ts';
import { startTestSimulator } from '../support/simulator.ts';
import { waitFor } from '../support/wait-for.ts';

const example = join(import.meta.dirname, '../../examples/without-proxy');
const token = `slc_${'t'.repeat(43)}`;
const home = mkdtempSync(join(tmpdir(), 'sluice-without-proxy-'));
const folder = join(home, 'ticket-desk');
const workers: ChildProcess[] = [];
const stopped = new AbortController();
let simulator: Simulator;
let stack: Stack;
let commands: CommandLine;
let traffic: Promise<unknown> = Promise.resolve();
/** How many answers there were of each revision, and which customers put their thumbs down for. */
const answers: Record<string, number> = {};
let disliked: string | undefined;

async function sluice(...args: string[]): Promise<Ran> {
  return commands.sluice(args);
}

async function done(...args: string[]): Promise<Ran> {
  const ran = await sluice(...args);
  if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
  return ran;
}

async function startParts(): Promise<void> {
  simulator = await startTestSimulator();
  const binding = {
    providers: { openai: { kind: 'openai', baseUrl: simulator.openai, apiKeyEnv: 'DESK_PROVIDER_KEY' } },
  };
  const environmentsFile = join(home, 'sluice.environments.yaml');
  writeFileSync(environmentsFile, stringify({ environments: { production: binding, staging: binding } }));
  stack = await startStack({
    ...{ home, environmentsFile, adminToken: token, durable: false },
    secrets: openSecrets(home).secrets,
    ports: { api: 'free', gateways: ['free', 'free'], staging: 'free', temporalUi: 'free' },
    preparePolicies: async (db) => {
      await publishPolicy(db, { scope: '*', policy: tryoutPolicy, actor: 'system:test' });
    },
    env: { DESK_PROVIDER_KEY: 'any', SLUICE_LOG_LEVEL: 'info' },
    onProgress: () => undefined,
    log: () => undefined,
  });
  cpSync(example, folder, { recursive: true });
  const env = { SLUICE_HOME: home, SLUICE_API_URL: stack.connections.apiUrl, SLUICE_TOKEN: token };
  commands = createCommandLine(folder, env);
}

/** One of the application's programs; its address once it answers. */
async function startWorker(name: string, command: string, key: string): Promise<string> {
  const [file = '', ...args] = command.split(' ');
  const worker = spawn(file === 'node' ? process.execPath : file, args, {
    cwd: example,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env['PATH'], SLUICE_GATEWAYS: stack.connections.productionGateways.join(' ') },
      ...{ SLUICE_GATEWAY_KEY: key, STATE_DIRECTORY: join(home, 'state', name), WORKER: name },
      ...{ OPENAI_BASE_URL: simulator.openai, OPENAI_API_KEY: 'any' },
    },
  });
  workers.push(worker);
  const [line] = (await once(createInterface({ input: worker.stdout }), 'line')) as [string];
  return (JSON.parse(line) as { url: string }).url;
}

async function post(url: string, body: object): Promise<Record<string, string>> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, string>;
}

/** Customers, each with one question, at one worker and then the other; about forty a second. */
async function ask(urls: readonly string[]): Promise<void> {
  for (let customer = 0; !stopped.signal.aborted; customer++) {
    const url = urls[customer % urls.length] ?? '';
    const answered = post(`${url}/answer`, {
      customer: `customer-${customer}`,
      question: 'Where is my parcel?',
    });
    void answered
      .then(async ({ id, revision = '' }) => {
        answers[revision] = (answers[revision] ?? 0) + 1;
        await post(`${url}/thumb`, { id, value: revision === disliked ? 'down' : 'up' });
      })
      // A vendor that fails is told of by the application, and a program that ends by the test.
      .catch(() => undefined);
    await delay(25);
  }
}

/** Another label, and what else is changed, released. */
async function release(label: string, ...changes: readonly (readonly [string, string])[]): Promise<Ran> {
  const file = join(folder, 'sluice.yaml');
  const written = [[/label: .*/, `label: ${label}`] as const, ...changes].reduce(
    (text, [from, to]) => text.replace(from, to),
    readFileSync(join(example, 'sluice.yaml'), 'utf8'),
  );
  writeFileSync(file, written);
  return sluice('release', 'start', '--plan', 'tryout', '--wait');
}

/** What gateways, staging's included, have answered for whomever. */
async function proxied(): Promise<string[]> {
  const { gatewayAdmins = [] } = stack.connections;
  expect(gatewayAdmins.length).toBe(3);
  const pages = await Promise.all(gatewayAdmins.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  for (const page of pages) expect(page).toContain('# TYPE sluice_requests_total counter');
  return pages.flatMap((page) => page.match(/^sluice_(?:key_)?requests_total\{.*$/gm) ?? []);
}

const rolledBack = (why: string) => ({
  outcome: 'rolled_back',
  release: { reason: expect.stringContaining(why) as unknown },
});

beforeAll(async () => {
  await startParts();
  await done('app', 'create', '--stable', '--skip-evaluation', '--reason', 'a first revision');
  await done('app', 'set', 'ticket-desk', '--reports', 'judged');
  const scopes = ['--scope', 'outcomes', 'prompts', 'feedback'];
  const { json } = await done('key', 'create', '--app', 'ticket-desk', '--name', 'desk', ...scopes);
  const key = String(json['key']);
  const urls = await Promise.all([
    startWorker('desk-node', 'node main.ts', key),
    ...(hasPython('the application in Python') ? [startWorker('desk-python', 'python3 main.py', key)] : []),
  ]);
  traffic = ask(urls);
}, 180_000);

afterAll(async () => {
  stopped.abort();
  await traffic;
  for (const worker of workers) {
    const ended = once(worker, 'exit');
    worker.kill('SIGTERM');
    await ended;
  }
  await commands.stop();
  await stack.stop();
  await simulator.close();
  rmSync(home, { recursive: true, force: true });
}, 120_000);

it('promotes what the application reports as good, and no request is proxied', async () => {
  const { json } = await release('desk-v2', ['answer-v1', 'answer-v2']);
  expect(json).toMatchObject({ code: 0, outcome: 'promoted' });
  await waitFor(() => (answers['desk-v2'] ?? 0) > 20, { what: 'answers by the new revision' });
  expect(await proxied()).toEqual([]);
}, 240_000);

it('takes back what the vendor fails for, by the errors that the application reports', async () => {
  const faults = [{ provider: 'openai', model: 'atlas-flash', kind: 'server_error' }];
  await fetch(`${simulator.control}/simulator/faults`, { method: 'PUT', body: JSON.stringify({ faults }) });
  const { json } = await release('desk-v3', ['atlas-large', 'atlas-flash']);
  expect(json).toMatchObject(rolledBack('errors worse than stable'));
  expect(await proxied()).toEqual([]);
}, 240_000);

it('takes back what customers put their thumbs down for', async () => {
  disliked = 'desk-v4';
  const { json } = await release('desk-v4', ['temperature: 0', 'temperature: 1']);
  expect(json).toMatchObject(rolledBack('thumbs worse than stable'));
  expect(await proxied()).toEqual([]);
}, 240_000);
