import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../tests/support/wait-for.ts';
import { useSimulatedStack } from '../test-fixtures/simulated-stack.ts';
import { sluice, useFolder } from '../test-fixtures/sluice.ts';
import { readConnections } from './home/home.ts';

jest.setTimeout(180_000);

const folder = useFolder();
const simulate = useSimulatedStack();

async function ask(gateway: string, app: string, content: string): Promise<unknown> {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: app, messages: [{ role: 'user', content }] }),
  });
  return response.json();
}

/** The process that a process has started on a script. */
async function childOf(parent: number, script: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const line = stdout
    .split('\n')
    .find((one) => Number(one.trim().split(/\s+/)[1]) === parent && one.includes(script));
  return Number(line?.trim().split(/\s+/)[0]);
}

const answer = (content: string) => ({ choices: [{ message: { content } }] });

it('serves, evaluates and ends without a key: what sluice init writes passes on simulated models', async () => {
  const home = join(folder.path, 'home');
  const { process: stack, exported: env } = await simulate({ cwd: folder.path, home });
  expect(env).toEqual({ SLUICE_HOME: home, SLUICE_TOKEN: expect.stringMatching(/^slc_/) as string });
  expect(stack.output()).toContain('Policy: tryout.');
  process.kill(await childOf(stack.pid, 'api/main.ts'), 'SIGKILL');
  await waitFor(() => stack.output().includes('✓ api runs again'), {
    what: 'the API to be back',
    timeoutMs: 60_000,
  });
  // What Sluice ships demands a passing gate of the server's.
  folder.write('policy.yaml', '{}');
  expect(await sluice(['policy', 'set', 'policy.yaml'], { cwd: folder.path, env })).toMatchObject({
    code: 0,
  });
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
