import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { answersHttp } from './answers.ts';
import { howItEnded, type StackPart } from './part.ts';
import { lastLines, startProcess, type SupervisedProcess } from './servers/child-process.ts';

/** One of our own programs: its entry file, its settings, and where it logs. */
export interface ServiceSpec {
  readonly name: string;
  /** Path of the `main.ts`. */
  readonly script: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** How long it may take to end in its orderly way, in milliseconds; ten seconds where nothing is said. */
  readonly stopTimeoutMs?: number;
}

/** A running program of ours. */
export interface Service extends StackPart {
  /** What its ready line says of its addresses. Throws where it does not name this one. */
  address(name?: string): string;
}

/**
 * Long, because what a program waits for at its start (a database that recovers, a machine with much to do) is no reason
 * to give it up; one that cannot start ends by itself, and is told of at once.
 */
const readyTimeoutMs = 180_000;
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

/** Where it can be asked whether it lives: whatever listens is served by the same event loop. */
function anyAddress(ready: ReadyLine): string | undefined {
  const url = Object.values(ready).find((value) => typeof value === 'string' && /^https?:/.test(value));
  return typeof url === 'string' ? new URL('/healthz', url).href : undefined;
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
        : `not ready after ${readyTimeoutMs / 1000} s. It says: ${lastLines(process.output(), 3)}`;
      throw new SluiceError('unreachable', `${process.name} did not start: ${why}`, {
        remedy: `Read ${process.logFile}.`,
      });
    }
    await delay(pollMs);
  }
}

/** Starts a program of ours and waits until it says that it is ready. Throws `unreachable` with its last words. */
export async function startService(spec: ServiceSpec): Promise<Service> {
  const { name, script, env, logFile, stopTimeoutMs } = spec;
  const startProgram = () =>
    startProcess({
      name,
      run: { kind: 'node-script', script, args: [] },
      env,
      logFile,
      ...(stopTimeoutMs === undefined ? {} : { stopTimeoutMs }),
    });
  let process = await startProgram();
  let ready = await untilReady(process);
  return {
    name,
    logFile,
    address(of = 'url') {
      const value = ready[of];
      if (typeof value === 'string') return value;
      throw new SluiceError('internal', `${name} does not say its ${of} in its ready line.`);
    },
    pid: () => process.pid,
    async start() {
      // With what a run that was killed has left behind.
      await process.stop();
      process = await startProgram();
      ready = await untilReady(process);
    },
    async stop() {
      await process.stop();
    },
    async kill() {
      await process.kill();
    },
    answers: (withinMs) => {
      const url = anyAddress(ready);
      return url === undefined ? Promise.resolve(true) : answersHttp(url, withinMs);
    },
    ended: async () => howItEnded(await process.exited),
  };
}
