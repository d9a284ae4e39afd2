import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type SupervisedProcess } from '../../cli/up/servers/child-process.ts';
import { waitFor } from '../../tests/support/wait-for.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-simulator-'));
const started: SupervisedProcess[] = [];
afterAll(async () => {
  await Promise.all(started.map((simulator) => simulator.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function run(name: string, env: Record<string, string>): Promise<SupervisedProcess> {
  const simulator = await startProcess({
    name,
    run: { kind: 'node-script', script: join(import.meta.dirname, 'main.ts'), args: [] },
    logFile: join(folder, `${name}.log`),
    env,
  });
  started.push(simulator);
  return simulator;
}

it('says where it listens in one JSON line, and ends when it is told to', async () => {
  const simulator = await run('simulator', {});
  const line = await waitFor(() => /^\{.*\}$/mu.exec(simulator.output())?.[0], { what: 'the ready line' });
  const ready = JSON.parse(line) as Record<string, string>;
  expect(ready).toEqual({
    ready: true,
    openai: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/u) as string,
    anthropic: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) as string,
    control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) as string,
  });
  expect((await fetch(`${String(ready['control'])}/simulator/stats`)).status).toBe(200);
  expect(await simulator.stop()).toEqual({ code: 0, signal: null });
});

it('names a wrong setting and does not start', async () => {
  const simulator = await run('wrong', { SIMULATOR_SPEED: 'fast' });
  expect(await simulator.exited).toEqual({ code: 1, signal: null });
  expect(simulator.output()).toContain('SIMULATOR_SPEED');
});
