import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SluiceError } from '../../../domain/errors.ts';
import { sendSignal } from './child-process.ts';
import { commandLine, parentPid } from './process-table.ts';

/** A watched server whose owner is gone is told to stop at once, and killed ten seconds later; one that stays has an owner. */
const HAS_OWNER_AFTER_MS = 11_000;
const KILLED_AFTER_MS = 10_000;
const POLL_MS = 50;

/**
 * Makes sure that no Temporal server has a data file open before another one is started on it: two would each write
 * their own truth. One that lost its watchdog is ended, one that is about to end is waited for.
 *
 * @throws SluiceError `conflict` when another `sluice up` has the file.
 */
export async function endLeftover(dataFile: string, log: (line: string) => void): Promise<void> {
  const pid = notedPid(dataFile);
  if (pid === undefined || !hasOpen(pid, dataFile)) return;
  log(`waiting for an earlier Temporal server (pid ${pid}) on ${dataFile} to end`);
  const startedAt = performance.now();
  let told = false;
  while (hasOpen(pid, dataFile)) {
    const waitedMs = performance.now() - startedAt;
    if (isWatched(pid)) {
      if (waitedMs > HAS_OWNER_AFTER_MS) throw inUse(dataFile, pid);
    } else if (waitedMs > KILLED_AFTER_MS) sendSignal(pid, 'SIGKILL');
    else if (!told) {
      sendSignal(pid, 'SIGTERM');
      told = true;
    }
    await delay(POLL_MS);
  }
}

/** Leaves word who has the file. */
export function noteServer(dataFile: string, pid: number): void {
  writeFileSync(pidFile(dataFile), `${pid}\n`, { mode: 0o600 });
}

function pidFile(dataFile: string): string {
  return `${dataFile}.pid`;
}

function notedPid(dataFile: string): number | undefined {
  if (!existsSync(pidFile(dataFile))) return undefined;
  const pid = Number(readFileSync(pidFile(dataFile), 'utf8'));
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** Process numbers are used again: only a process that was started on this file is its server. */
function hasOpen(pid: number, dataFile: string): boolean {
  return commandLine(pid)?.includes(`--db-filename ${dataFile} `) ?? false;
}

function isWatched(pid: number): boolean {
  const parent = parentPid(pid);
  return parent !== undefined && (commandLine(parent)?.includes('watchdog-main.ts') ?? false);
}

function inUse(dataFile: string, pid: number): SluiceError {
  return new SluiceError('conflict', `${dataFile} is in use by a running Temporal server (pid ${pid}).`, {
    remedy: 'Stop the other `sluice up` first, or use another SLUICE_HOME.',
  });
}
