import { describeError, type SluiceError } from '../../domain/errors.ts';
import { backOffMs } from './back-off.ts';
import { countFailedStarts, type FailedStarts } from './failed-starts.ts';
import type { StackPart } from './part.ts';
import { silentForMs, untilSilent } from './until-silent.ts';

export interface SupervisionOptions {
  readonly parts: readonly StackPart[];
  /** Those of the parts that answer callers. As long as one of them runs, nothing that falls ends the stack. */
  readonly serving: readonly StackPart[];
  /** Told in a sentence what fell and what came back. */
  readonly say: (line: string) => void;
  /** In 0..1. */
  readonly random: () => number;
  /** Resolves after that many milliseconds, or when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Of a clock that only goes forward. */
  readonly nowMs: () => number;
}

export interface Supervision {
  /** Resolves when nothing serves callers any more and what should cannot be started; else never. */
  readonly hopeless: Promise<SluiceError>;
  /** From now on nothing is started again. Call it before the parts are stopped. */
  end(): void;
  /** Resolves when no start is under way any more. Call it after the parts were stopped. */
  ended(): Promise<void>;
}

/** A part that has run for this long has come back for good: the next fall begins with a short wait. */
const settledAfterMs = 60_000;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

interface Supervising extends SupervisionOptions {
  /** Aborted when all is over. */
  readonly over: AbortSignal;
  readonly isOver: Promise<undefined>;
  readonly failures: FailedStarts;
}

/**
 * Starts each part again that ends by itself or hangs, after a jittered back-off, and says so. A part that does not start is
 * tried again for ever while others serve callers: what cannot come back takes nobody along.
 */
export function supervise(options: SupervisionOptions): Supervision {
  const over = new AbortController();
  const failures = countFailedStarts(options.serving);
  const isOver = untilAborted(over.signal);
  const supervising: Supervising = { ...options, over: over.signal, isOver, failures };
  const loops = options.parts.map((part) => keepRunning(part, supervising));
  return {
    hopeless: failures.hopeless,
    end: () => {
      over.abort();
    },
    async ended() {
      await Promise.all(loops);
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
}

async function keepRunning(part: StackPart, supervising: Supervising): Promise<void> {
  const { over, failures, nowMs, say } = supervising;
  let falls = 0;
  while (!over.aborted) {
    const runsSinceMs = nowMs();
    const what = await untilFallen(part, supervising);
    if (what === undefined) return;
    failures.fell(part);
    if (nowMs() - runsSinceMs > settledAfterMs) falls = 0;
    say(`⚠ ${part.name} ${what} and is started again. Its log: ${part.logFile}`);
    falls = await bringBack(part, falls, supervising);
  }
}

/** What became of a run, in words; undefined when all is over. One that hangs is ended by it. */
async function untilFallen(
  part: StackPart,
  { wait, over, isOver }: Supervising,
): Promise<string | undefined> {
  const run = new AbortController();
  const signal = AbortSignal.any([run.signal, over]);
  const silent = untilSilent(part, wait, signal).then(() => 'silent' as const);
  try {
    const how = await Promise.race([part.ended(), silent, isOver]);
    if (how !== 'silent') return how === undefined ? undefined : `ended by itself (${how})`;
    if (over.aborted) return undefined;
    await part.kill();
    return `runs, but has not answered for ${seconds(silentForMs)}: it is ended`;
  } finally {
    run.abort();
  }
}

/** Tries until it runs or all is over. Returns the falls in a row, this one and failed starts included. */
async function bringBack(
  part: StackPart,
  fallsBefore: number,
  { over, failures, say, wait, random, nowMs }: Supervising,
): Promise<number> {
  for (let falls = fallsBefore; ; falls += 1) {
    const waitMs = backOffMs(falls, random());
    if (falls > fallsBefore) say(`  ${part.name} is tried again in ${seconds(waitMs)}; the others go on.`);
    await wait(waitMs, over);
    if (over.aborted) return falls;
    const startedMs = nowMs();
    try {
      await part.start();
      // Told to stop meanwhile, when there was nothing to be stopped yet.
      if (isOver(over)) await part.stop();
      else say(`✓ ${part.name} runs again (started in ${seconds(nowMs() - startedMs)}).`);
      failures.settled(part);
      return falls + 1;
    } catch (error) {
      if (isOver(over)) return falls;
      say(`✗ ${part.name} does not start: ${describeError(error)}`);
      failures.failed(part, error);
    }
  }
}

/** Asked again after a wait, in which somebody may have stopped all. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}
