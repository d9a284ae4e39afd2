import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, 'main.ts');

function run(environment: Record<string, string>) {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [MAIN], { env: { PATH, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
}

it('says where it listens in one JSON line, and ends with its parent', async () => {
  const child = run({ SIMULATOR_EXIT_WITH_PARENT: '1' });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(line.toString()) as Record<string, string>;
  expect(ready).toEqual({
    ready: true,
    openai: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/u) as string,
    anthropic: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) as string,
    control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) as string,
  });
  expect((await fetch(`${String(ready['control'])}/simulator/stats`)).status).toBe(200);
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('names a wrong setting and does not start', async () => {
  const child = run({ SIMULATOR_SPEED: 'fast' });
  const [text] = (await once(child.stderr, 'data')) as [Buffer];
  expect(text.toString()).toContain('SIMULATOR_SPEED');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
});
