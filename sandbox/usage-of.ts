import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** Processor time since its start. */
  readonly cpuMs: number;
  /** Resident memory, heap and all else. */
  readonly memoryMb: number;
}

/** Of `/proc/PID/stat`, as Linux counts for programs on every machine: hundredths of a second, pages of 4 KiB. */
const tickMs = 10;
const pageMb = 4 / 1024;

/** What a process has used; undefined where the system does not tell, or it is gone. */
export function usageOf(pid: number | undefined): ProcessUsage | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its second field is a name in brackets, which may have anything in it.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]];
    return { cpuMs: (user + system) * tickMs, memoryMb: pages * pageMb };
  } catch {
    return undefined;
  }
}
