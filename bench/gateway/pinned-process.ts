import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The measured process has this core to itself; callers, provider and database share the other ones. */
const measuredCore = 1;

const endWithParent = join(import.meta.dirname, '../../cli/up/servers/end-with-parent.ts');

export interface PinnedProcess {
  /** The first line that it printed. */
  readonly firstLine: string;
  readonly pid: number | undefined;
  /** CPU time used so far, user and system, in milliseconds; 10 ms is the finest step. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Runs a script of ours on one core, the measured one or the other. It ends with this process. Linux only. */
export async function startPinned(
  script: string,
  { args = [], env = {}, measured }: { args?: string[]; env?: NodeJS.ProcessEnv; measured: boolean },
): Promise<PinnedProcess> {
  const core = String(measured ? measuredCore : 0);
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  const node = [process.execPath, ...flags, '--import', endWithParent, script, ...args];
  const child = spawn('taskset', ['-c', core, ...node], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('Its output goes to a pipe.');
  const [line] = (await once(child.stdout, 'data')) as [Buffer]; // as child_process has it
  return {
    firstLine: line.toString().trim(),
    pid: child.pid,
    cpuMs: () => cpuMsOf(child),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Keeps this process, which is the caller, off the measured core. */
export function leaveMeasuredCore(): void {
  execFileSync('taskset', ['-a', '-c', '-p', '0', String(process.pid)], { stdio: 'ignore' });
}

/** CPU time that a process has used so far, user and system, in milliseconds. Linux only. */
export function cpuMsOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid ?? 'self'}/stat`, 'utf8');
  // proc(5): the name in brackets may hold blanks; utime and stime are the 12th and 13th field after it, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
