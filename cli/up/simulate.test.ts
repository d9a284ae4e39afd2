import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { testTemporal, type TestTemporal } from '../../tests/support/temporal.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { readConnections } from './home.ts';
import { startProcess, type SupervisedProcess } from './servers/child-process.ts';

jest.setTimeout(90_000);

const folder = useFolder();
let database: TestDatabase;
let temporal: TestTemporal;
let up: SupervisedProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  temporal = await testTemporal();
});
afterEach(async () => {
  await up?.stop();
});
afterAll(async () => {
  await temporal.close();
  await database.drop();
});

/** `sluice up --simulate` as a person starts it, on the servers of this jest run; resolves when it greets. */
async function simulate(home: string): Promise<SupervisedProcess> {
  const started = await startProcess({
    name: 'up',
    run: {
      kind: 'node-script',
      script: resolve(import.meta.dirname, '../main.ts'),
      args: ['up', '--simulate'],
    },
    logFile: join(folder.path, 'up.log'),
    env: {
      SLUICE_HOME: home,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporal.address,
      SLUICE_TASK_QUEUE: temporal.taskQueue,
    },
    cwd: folder.path,
    stopTimeoutMs: 30_000,
  });
  up = started;
  await waitFor(() => started.exit() !== undefined || started.output().includes('Ctrl-C stops everything'), {
    timeoutMs: 60_000,
    what: 'the greeting',
  });
  return started;
}

/** The lines that the greeting asks for, as a shell would take them. */
function exported(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^ +export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

async function ask(gateway: string, app: string, content: string): Promise<unknown> {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: app, messages: [{ role: 'user', content }] }),
  });
  return response.json();
}

const answer = (content: string) => ({ choices: [{ message: { content } }] });

it('serves, evaluates and ends without a key: what sluice init writes passes on simulated models', async () => {
  const home = join(folder.path, 'home');
  const stack = await simulate(home);
  const env = exported(stack.output());
  expect(env).toEqual({ SLUICE_HOME: home, SLUICE_TOKEN: expect.stringMatching(/^slc_/) as string });
  const [gateway = ''] = readConnections(home)?.productionGateways ?? [];
  for (const provider of ['openai', 'anthropic']) {
    const cwd = join(folder.path, provider);
    mkdirSync(cwd);
    const run = (...argv: string[]) => sluice(argv, { cwd, env });
    expect(await run('init', '--provider', provider)).toMatchObject({ code: 0 });
    const created = await run('app', 'create', '--stable');
    expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining('evaluation: ') as string });
    expect(await ask(gateway, provider, 'I was charged twice.')).toMatchObject(answer('billing'));
    const evaluated = await run('eval');
    expect(evaluated.stderr).toContain(`bindings: ${join(home, 'simulated.environments.yaml')}`);
    expect(evaluated).toMatchObject({ code: 0, stdout: expect.stringContaining('100.0 %') as string });
  }
  expect(await stack.stop()).toMatchObject({ code: 0 });
  expect(readConnections(home)).toMatchObject({ productionGateways: [gateway, expect.anything()] });
  expect(readConnections(home)).not.toHaveProperty('environmentsFile');
});
