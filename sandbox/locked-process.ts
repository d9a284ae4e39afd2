import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const child = join(import.meta.dirname, 'child-main.ts');
const heapMb = 64;
/** Of processor time: ends what nobody stops any more, because who asked was killed. */
const orphanSeconds = 120;
const shell = '/bin/sh';

/**
 * Starts Node with nothing to take: no environment, and by Node's permission model no file but its own code, no process,
 * no thread and no native module. (That model does not cover the network: the interpreter does, which has none.)
 * Where there is a shell the kernel is told that it dumps no memory and has an end.
 */
export function startLocked(): ChildProcessByStdio<Writable, Readable, null> {
  const node = [
    '--permission',
    ...readable().map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${heapMb}`,
    '--max-semi-space-size=2',
    '--no-warnings',
    child,
  ];
  const limited = [
    ...['-c', `ulimit -c 0; ulimit -t ${orphanSeconds}; exec "$0" "$@"`, process.execPath],
    ...node,
  ];
  const [command, args] = existsSync(shell) ? [shell, limited] : [process.execPath, node];
  return spawn(command, args, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
}

/** Its own code, and the packages that this imports. */
function readable(): string[] {
  const folder = dirname(child);
  const beside = ['domain', 'protocols', 'gateway/rendering', 'node_modules', 'package.json'].map((name) =>
    resolve(folder, '..', name),
  );
  return [folder, ...beside.filter(existsSync)];
}
