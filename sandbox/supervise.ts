import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { createLines } from './lines.ts';
import { limits } from './question.ts';
import { usageOf } from './usage-of.ts';

export interface SandboxLimits {
  /** Of processor time, from the question to its answer; of the clock where the system does not tell that. */
  readonly timeoutMs: number;
  /** Resident memory of the process, heap and all else. */
  readonly memoryMb: number;
}

/** What came from a process that was waited for. */
export type Next<T> =
  { readonly kind: 'taken'; readonly value: T } | { readonly kind: 'ended'; readonly why: string };

type ChildProcess = ChildProcessByStdio<Writable, Readable, null>;

export interface Supervised {
  /** The first line that `take` takes something from; all others are nobody's. */
  readonly next: <T>(take: (line: string) => T | undefined, limits: SandboxLimits) => Promise<Next<T>>;
  readonly isAlive: () => boolean;
  readonly kill: () => void;
}

/** On a busy machine a process waits for its turn, which is not its own doing: but not for ever. */
const longestOnTheClock = (timeoutMs: number): number => Math.max(10 * timeoutMs, 10_000);
const watchEveryMs = 20;
/** With room for what JSON writes in more characters than it has. */
const longestLine = 8 * limits.result;

interface Waiting {
  onLine(line: string): void;
  onEnd(why: string): void;
}

/** Reads a process's lines, and ends it where it comes over a limit while it is waited for. */
export function supervise(child: ChildProcess): Supervised {
  let waiting: Waiting | undefined;
  let how: string | undefined;
  const end = (why: string): void => {
    if (how !== undefined) return;
    how = why;
    child.kill('SIGKILL');
    waiting?.onEnd(why);
  };
  child.once('error', (error) => {
    end(error.message);
  });
  child.once('exit', (code, signal) => {
    end(`its process ended (${signal ?? `exit code ${String(code)}`})`);
  });
  // Who writes to one that has just ended is told so by its end.
  child.stdin.on('error', () => undefined);
  const onTooLong = (): void => {
    end('it gave too much');
  };
  const lines = createLines((line) => waiting?.onLine(line), { longest: longestLine, onTooLong });
  child.stdout.on('data', lines);

  function next<T>(take: (line: string) => T | undefined, bounds: SandboxLimits): Promise<Next<T>> {
    if (how !== undefined) return Promise.resolve({ kind: 'ended', why: how });
    return new Promise((resolve) => {
      const stopWatching = watch(child, bounds, end);
      const done = (came: Next<T>): void => {
        waiting = undefined;
        stopWatching();
        resolve(came);
      };
      waiting = {
        onLine(line) {
          const value = take(line);
          if (value !== undefined) done({ kind: 'taken', value });
        },
        onEnd(why) {
          done({ kind: 'ended', why });
        },
      };
    });
  }
  const kill = (): void => {
    end('it was not needed any more');
  };
  return { next, isAlive: () => how === undefined, kill };
}

/** Ends a process that comes over a limit. Gives what ends the watch. */
function watch(
  { pid }: ChildProcess,
  { timeoutMs, memoryMb }: SandboxLimits,
  end: (why: string) => void,
): () => void {
  const before = usageOf(pid);
  const startedMs = performance.now();
  const clockMs = before === undefined ? timeoutMs : longestOnTheClock(timeoutMs);
  const timer = setInterval(() => {
    const used = usageOf(pid);
    const cpuMs = before === undefined || used === undefined ? 0 : used.cpuMs - before.cpuMs;
    if (cpuMs >= timeoutMs || performance.now() - startedMs >= clockMs)
      end(`it did not end within ${timeoutMs} ms`);
    else if (used !== undefined && used.memoryMb > memoryMb) end(`it needed more than ${memoryMb} MB`);
  }, watchEveryMs);
  return () => {
    clearInterval(timer);
  };
}
