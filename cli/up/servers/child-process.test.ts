import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { startProcess, type ProcessSpec } from './child-process.ts';
import { commandLine } from './process-table.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-child-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

function specOf(run: ProcessSpec['run'], more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { name: 'subject', run, logFile: join(folder, 'subject.log'), ...more };
}

function program(...args: string[]): ProcessSpec['run'] {
  return { kind: 'program', command: '/bin/sh', args: ['-c', ...args] };
}

/** A shell that starts a `sleep` of its own, and both of their numbers. */
async function startFamily(more: Partial<ProcessSpec> = {}) {
  const child = await startProcess(specOf(program('sleep 1000 & echo "grandchild $!"; wait'), more));
  const grandchild = await waitFor(() => /grandchild (\d+)/.exec(child.output())?.[1], {
    what: 'the grandchild',
  });
  return { child, grandchild: Number(grandchild) };
}

it('leaves no process of the group behind after stop', async () => {
  const { child, grandchild } = await startFamily();
  expect(commandLine(child.pid)).toContain('sleep 1000 &');
  await child.stop();
  await waitFor(() => commandLine(grandchild) === undefined, { what: 'the grandchild to be gone' });
  expect(commandLine(child.pid)).toBeUndefined();
});

it('kills a program that does not react to its stop signal', async () => {
  const child = await startProcess(
    specOf(program('trap "" TERM; echo deaf; while :; do sleep 0.05; done'), { stopTimeoutMs: 200 }),
  );
  await waitFor(() => child.output().includes('deaf'), { what: 'the trap to be set' });
  await child.stop();
  expect(commandLine(child.pid)).toBeUndefined();
});

it('reports the exit code and what was printed by this start only', async () => {
  const first = await startProcess(specOf(program('sleep 0.1; echo first; exit 3')));
  expect(await first.exited).toEqual({ code: 3, signal: null });
  const second = await startProcess(specOf(program('echo second; sleep 1000')));
  await waitFor(() => second.output().includes('second'), { what: 'output' });
  expect(second.output()).not.toContain('first');
  await second.stop();
});

it('says why a program cannot be started, and what to do', async () => {
  const run = { kind: 'program', command: join(folder, 'missing'), args: [] } as const;
  await expect(startProcess(specOf(run))).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/subject could not be started.*missing/s) as string,
    remedy: expect.stringContaining('subject.log') as string,
  });
});

it.each([
  ['a script', { kind: 'node-script', script: '', args: [] }],
  ['a program under the watchdog', program('env')],
] as const)(
  'hands no variable on to %s but those of the machine and those that it is given',
  async (_what, run) => {
    const own = script(
      'env.mjs',
      `for (const name in process.env) console.log(name + '=' + process.env[name]);`,
    );
    process.env['SUBJECT_API_KEY'] = 'a-key-of-a-provider';
    const child = await startProcess(
      specOf(run.kind === 'program' ? run : { ...run, script: own }, { env: { GIVEN: 'yes' } }),
    );
    await child.exited;
    delete process.env['SUBJECT_API_KEY'];
    const names = [...child.output().matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(['GIVEN', 'PATH', 'HOME']));
    expect(child.output()).not.toContain('a-key-of-a-provider');
  },
);

it('lets a script of ours end in its own way', async () => {
  const file = script(
    'own.mjs',
    `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); setInterval(() => {}, 1000);`,
  );
  const child = await startProcess(specOf({ kind: 'node-script', script: file, args: [] }));
  await waitFor(() => child.output().includes('up'), { what: 'the script' });
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  expect(child.output()).toContain('bye');
});

it('does not keep a script alive that has nothing left to do', async () => {
  const file = script('short.mjs', `console.log('done');`);
  const child = await startProcess(specOf({ kind: 'node-script', script: file, args: [] }));
  expect(await child.exited).toEqual({ code: 0, signal: null });
});

it('ends programs and scripts when their parent is killed', async () => {
  const own = script('own.mjs', `setInterval(() => {}, 1000);`);
  const library = join(import.meta.dirname, 'child-process.ts');
  const parentFile = script(
    'parent.mjs',
    `import { startProcess } from ${JSON.stringify(library)};
     const logFile = ${JSON.stringify(join(folder, 'children.log'))};
     const script = await startProcess({ name: 'script', logFile, run: { kind: 'node-script', script: ${JSON.stringify(own)}, args: [] } });
     const program = await startProcess({ name: 'program', logFile, run: { kind: 'program', command: 'sleep', args: ['1000'] } });
     console.log(script.pid + ' ' + program.pid);
     setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, [parentFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) =>
    parent.stdout.once('data', (data) => {
      resolve(String(data));
    }),
  );
  const pids = line.trim().split(' ').map(Number);
  expect(pids.map((pid) => commandLine(pid) !== undefined)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await waitFor(() => pids.every((pid) => commandLine(pid) === undefined), { what: 'the children to end' });
});
