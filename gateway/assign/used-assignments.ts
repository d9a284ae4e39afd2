import type { Clock } from '../clock.ts';
import { keepDoing } from '../keep-doing.ts';

const intervalMs = 500;
const pendingKept = 100_000;

export interface UsedAssignmentsParts {
  readonly clock: Clock;
  /** Takes assignments over all gateways and restarts; gives those that were free. */
  readonly use: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly onFailure: (error: unknown) => void;
}

/** Which assignments have been counted: each once, by a report or by the gateway that answered it. */
export interface UsedAssignments {
  /** Takes assignments for reports; gives those that count now. Throws `unreachable` where the database is away. */
  claim(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The gateway answers a request of this assignment, and counts that: a report of it counts nothing any more. */
  noteAnswered(id: string): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

/** What was answered is told twice a second; while the database is away the newest 100,000 are kept. */
export function createUsedAssignments({ clock, use, onFailure }: UsedAssignmentsParts): UsedAssignments {
  const answered = new Set<string>();
  const write = async (): Promise<void> => {
    const ids = [...answered];
    if (ids.length === 0) return;
    await use(ids);
    for (const id of ids) answered.delete(id);
  };
  const writes = keepDoing(write, { clock, intervalMs, onFailure });
  return {
    async claim(ids) {
      const free = ids.filter((id) => !answered.has(id));
      return free.length === 0 ? new Set() : use(free);
    },
    noteAnswered(id) {
      answered.add(id);
      const [oldest] = answered;
      if (answered.size > pendingKept && oldest !== undefined) answered.delete(oldest);
    },
    async stop() {
      writes.stop();
      await write().catch(onFailure);
    },
  };
}
