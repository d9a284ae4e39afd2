import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { lastLines, startProcess, type SupervisedProcess } from './servers/child-process.ts';

/** One of our own programs: its entry file, its settings, and where it logs. */
export interface ServiceSpec {
  name: string;
  /** Path of the `main.ts`. */
  script: string;
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
  /** How long it may take to end in its orderly way, in milliseconds; ten seconds where nothing is said. */
  stopTimeoutMs?: number;
}

/** A running program of ours; it can be stopped or killed, and started again under the same name and settings. */
export interface Service {
  readonly name: string;
  readonly logFile: string;
  /** What its ready line says of its addresses. Throws where it does not name this one. */
  address(name?: string): string;
  pid(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL: it has no chance to put anything in order. */
  kill(): Promise<void>;
  /** How it ended, or undefined while it runs. */
  ended(): string | undefined;
}

const readyTimeoutMs = 60_000;
const pollMs = 20;

const readyLineSchema = z.looseObject({ ready: z.literal(true) });
type ReadyLine = z.infer<typeof readyLineSchema>;

/** The ready line that every program of ours prints once: `{"ready":true,"url":…}`. */
function readyLine(output: string): ReadyLine | undefined {
  const line = output
    .split('\n')
    .find((candidate) => candidate.startsWith('{"ready":true') && candidate.endsWith('}'));
  return line === undefined ? undefined : readyLineSchema.parse(JSON.parse(line));
}

/** Where an error comes from is for the log; what it says is for the person. */
function withoutStack(output: string): string {
  return output.replaceAll(/^\s+at .*\n?/gm, '').replaceAll(/^\s*\n/gm, '');
}

async function untilReady(process: SupervisedProcess): Promise<ReadyLine> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    const ready = readyLine(process.output());
    if (ready !== undefined) return ready;
    const ended = process.exit() !== undefined;
    if (ended || performance.now() > deadline) {
      await process.stop();
      const why = ended
        ? lastLines(withoutStack(process.output()), 6)
        : `not ready after ${readyTimeoutMs / 1000} s`;
      throw new SluiceError('unreachable', `${process.name} did not start: ${why}`, {
        remedy: `Read ${process.logFile}.`,
      });
    }
    await delay(pollMs);
  }
}

/** Starts a program of ours and waits until it says that it is ready. Throws `unreachable` with its last words. */
export async function startService(spec: ServiceSpec): Promise<Service> {
  let running: { process: SupervisedProcess; ready: ReadyLine };

  async function start(): Promise<void> {
    const { name, script, env, logFile, stopTimeoutMs } = spec;
    const process = await startProcess({
      name,
      run: { kind: 'node-script', script, args: [] },
      env,
      logFile,
      ...(stopTimeoutMs === undefined ? {} : { stopTimeoutMs }),
    });
    running = { process, ready: await untilReady(process) };
  }

  await start();
  return {
    name: spec.name,
    logFile: spec.logFile,
    address(name = 'url') {
      const value = running.ready[name];
      if (typeof value === 'string') return value;
      throw new SluiceError('internal', `${spec.name} does not say its ${name} in its ready line.`);
    },
    pid: () => running.process.pid,
    start,
    async stop() {
      await running.process.stop();
    },
    async kill() {
      await running.process.kill();
    },
    ended() {
      const exit = running.process.exit();
      return exit === undefined ? undefined : (exit.signal ?? `exit code ${String(exit.code)}`);
    },
  };
}
