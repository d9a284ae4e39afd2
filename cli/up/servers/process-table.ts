import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { systemErrorCode } from './system-error.ts';

/** The words that a running process was started with; undefined when there is no such process. */
export function commandLine(pid: number): string | undefined {
  if (!existsSync('/proc/self/cmdline')) return ps(pid, 'args');
  // Empty for one that has ended and that nobody has collected.
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() || undefined;
}

/** The process that a running process is a child of; undefined when there is no such process. */
export function parentPid(pid: number): number | undefined {
  if (!existsSync('/proc/self/status')) return Number(ps(pid, 'ppid')) || undefined;
  const parent = /^PPid:\s*(\d+)$/m.exec(readProc(pid, 'status') ?? '')?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The processes that have this folder as their working directory; none where the system does not tell. */
export function processesIn(directory: string): number[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && folderOf(name) === directory)
    .map(Number);
}

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // It has ended, or is somebody else's.
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    // ENOENT: no such process. ESRCH: it ended while we read.
    if (['ENOENT', 'ESRCH'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** For systems without /proc, such as macOS. */
function ps(pid: number, column: string): string | undefined {
  const result = spawnSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() || undefined : undefined;
}
