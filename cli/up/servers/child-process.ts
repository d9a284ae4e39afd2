import { spawn, type ChildProcess as NodeChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../../domain/errors.ts';
import { keepsCompiled } from '../../../program/keep-compiled.ts';
import { systemErrorCode } from './system-error.ts';
import { systemVariables } from './system-variables.ts';

/** What a process is to run, and as whom. */
export interface ProcessSpec {
  /** Short name for messages, such as `gateway-1`. */
  readonly name: string;
  /** `node-script` runs a file of ours by this Node; `program` runs any executable. */
  readonly run:
    | { readonly kind: 'node-script'; readonly script: string; readonly args: readonly string[] }
    | {
        readonly kind: 'program';
        readonly command: string;
        readonly args: readonly string[];
        readonly asUser?: UserIds;
      };
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** All that it is told beside where things are on this machine: of this process's own variables it gets no others. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What asks the program to end in its orderly way. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** After this long without an end, `stop` kills the process group. Default 10 000. */
  readonly stopTimeoutMs?: number;
}

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** How a process ended: its exit code, or the signal that killed it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that ends with this one, however this one ends. */
export interface SupervisedProcess {
  readonly name: string;
  /** The program itself, never a wrapper around it. */
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Undefined while it runs. */
  exit(): ProcessExit | undefined;
  /** What it has printed since this start. */
  output(): string;
  /** Asks it to end, kills its whole process group when it does not, and resolves when it is gone. Idempotent. */
  stop(): Promise<ProcessExit>;
  /** Ends it and its process group by SIGKILL: it has no chance to put anything in order. Resolves when it is gone. */
  kill(): Promise<ProcessExit>;
  /** Lets this process end although the child still runs (the child then ends with it). */
  unref(): void;
}

const PRELOAD = join(import.meta.dirname, 'end-with-parent.ts');
const WATCHDOG = join(import.meta.dirname, 'watchdog-main.ts');
const START_TIMEOUT_MS = 15_000;
const DEFAULT_STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a process in a process group of its own, and makes sure that it ends when this process does, even by SIGKILL.
 *
 * The tie is Node's IPC channel, which the kernel closes with either end: our own scripts watch it by a preloaded
 * module, other programs are watched by a small Node process (`watchdog-main.ts`) that stands above them. Ctrl-C in a
 * terminal does not reach the children by itself, so the parent decides in which order they end.
 *
 * @throws SluiceError `unreachable` when the program cannot be executed.
 */
export async function startProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  mkdirSync(dirname(spec.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(spec.logFile, 'a', 0o600);
  writeSync(log, `--- ${new Date().toISOString()} start ${spec.name}\n`);
  const outputStart = statSync(spec.logFile).size;
  // What it writes is for its owner alone, whatever it is told of it.
  const umask = process.umask(0o077);
  const child = spawn(process.execPath, nodeArguments(spec), {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      ...systemVariables(process.env),
      ...(spec.run.kind === 'node-script' ? keepsCompiled : {}),
      ...spec.env,
    },
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
  });
  process.umask(umask);
  closeSync(log);

  let exit: ProcessExit | undefined;
  const exited = new Promise<ProcessExit>((resolve) => {
    const end = (ended: ProcessExit): void => {
      exit = ended;
      resolve(ended);
    };
    child.once('error', () => {
      end({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => {
      end({ code, signal });
    });
  });
  const output = (): string => readFrom(spec.logFile, outputStart);
  const pid = await programPid(spec, child, exited, output);
  let stopping: Promise<ProcessExit> | undefined;
  return {
    name: spec.name,
    pid,
    logFile: spec.logFile,
    exited,
    exit: () => exit,
    output,
    stop: () => (stopping ??= stopProcess(spec, child, pid, exited)),
    kill: () => {
      if (exit === undefined) sendSignal(-(child.pid ?? pid), 'SIGKILL');
      return exited;
    },
    unref: () => {
      child.unref();
      child.channel?.unref();
    },
  };
}

function nodeArguments({
  run,
  stopSignal = 'SIGTERM',
  stopTimeoutMs = DEFAULT_STOP_TIMEOUT_MS,
}: ProcessSpec): string[] {
  if (run.kind === 'node-script') return ['--import', PRELOAD, run.script, ...run.args];
  const user = run.asUser === undefined ? [] : [`--uid=${run.asUser.uid}`, `--gid=${run.asUser.gid}`];
  const stop = [`--stop-signal=${stopSignal}`, `--stop-timeout-ms=${stopTimeoutMs}`];
  return [WATCHDOG, ...stop, ...user, '--', run.command, ...run.args];
}

/** For a program under the watchdog, the pid that the watchdog reports; for a script, the child's own. */
async function programPid(
  spec: ProcessSpec,
  child: NodeChildProcess,
  exited: Promise<ProcessExit>,
  output: () => string,
): Promise<number> {
  const notStarted = (reason: string): SluiceError =>
    new SluiceError('unreachable', `${spec.name} could not be started: ${reason}`, {
      remedy: `Read ${spec.logFile} for what it printed.`,
    });
  if (child.pid === undefined) throw notStarted('the operating system refused to start Node');
  if (spec.run.kind === 'node-script') return child.pid;
  const abort = new AbortController();
  try {
    return await Promise.race([
      new Promise<number>((resolve) => {
        child.once('message', (message) => {
          if (isStartedMessage(message)) resolve(message.pid);
        });
      }),
      exited.then(() => {
        throw notStarted(lastLines(output()) || 'it ended at once');
      }),
      rejectAfter(START_TIMEOUT_MS, abort.signal, () =>
        notStarted(`no sign of it in ${START_TIMEOUT_MS} ms`),
      ),
    ]);
  } finally {
    abort.abort();
  }
}

/** What `watchdog-main.ts` says once its program runs. */
export interface StartedMessage {
  readonly pid: number;
}

function isStartedMessage(message: unknown): message is StartedMessage {
  return (
    typeof message === 'object' && message !== null && 'pid' in message && typeof message.pid === 'number'
  );
}

function rejectAfter(timeoutMs: number, signal: AbortSignal, reason: () => Error): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => {
      reject(reason());
    }, timeoutMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}

async function stopProcess(
  spec: ProcessSpec,
  child: NodeChildProcess,
  pid: number,
  exited: Promise<ProcessExit>,
): Promise<ProcessExit> {
  const group = child.pid ?? pid;
  if (child.exitCode === null && child.signalCode === null) sendSignal(pid, spec.stopSignal ?? 'SIGTERM');
  const timer = setTimeout(() => {
    sendSignal(-group, 'SIGKILL');
  }, spec.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS);
  const exit = await exited;
  clearTimeout(timer);
  // What it started and left behind.
  sendSignal(-group, 'SIGKILL');
  return exit;
}

/** Sends a signal to a process (or, with a negative id, to a group); a process that is gone already is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** A log file may be long, and what is asked for is its end. */
function readFrom(file: string, start: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const rest = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - start));
    return rest.toString('utf8', 0, readSync(descriptor, rest, 0, rest.length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** The end of what a program printed, for an error message. */
export function lastLines(output: string, count = 12): string {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}
