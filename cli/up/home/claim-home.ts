import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../domain/errors.ts';
import { commandLine } from '../servers/process-table.ts';

export interface HomeClaim {
  /** The last owner was killed: for some seconds its programs may still be about to end, and hold their ports. */
  readonly leftBehind: boolean;
  release(): void;
}

/**
 * Makes this process the only `sluice up` of a home: two stacks would share the gateways' state and, with servers of
 * somebody else, one task queue. Throws `conflict` naming the other one.
 */
export function claimHome(home: string): HomeClaim {
  const file = join(home, 'up.pid');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  if (last !== undefined && isStack(last)) {
    throw new SluiceError('conflict', `Another \`sluice up\` (pid ${last}) runs on ${home}.`, {
      remedy: 'Stop it first, or use another SLUICE_HOME.',
    });
  }
  writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
  return {
    leftBehind: last !== undefined,
    release: () => {
      rmSync(file, { force: true });
    },
  };
}

/** Process numbers are used again: only a process that was told `up` is a stack. */
function isStack(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  return commandLine(pid)?.split(/\s+/).includes('up') ?? false;
}
