import { setTimeout as delay } from 'node:timers/promises';
import { visibleText } from '../../domain/text/visible-text.ts';
import type { SluiceError } from '../../domain/errors.ts';
import type { StackPart } from './part.ts';
import { supervise } from './supervise.ts';

export interface WatchedParts {
  readonly parts: readonly StackPart[];
  /** Those of the parts that answer callers. */
  readonly serving: readonly StackPart[];
  /** Stops all parts. */
  readonly stop: () => Promise<void>;
}

function tell(line: string): void {
  process.stderr.write(visibleText(`  ${new Date().toISOString().slice(11, 19)} ${line}\n`));
}

/** Resolves at Ctrl-C or SIGTERM. */
function untilSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve(undefined);
      });
    }
  });
}

/**
 * Keeps the parts running until Ctrl-C or SIGTERM, or until nothing serves callers any more and what should cannot be
 * started; then stops them. Resolves with why, where it was not told to.
 */
export async function runUntilTold({ parts, serving, stop }: WatchedParts): Promise<SluiceError | undefined> {
  const supervision = supervise({
    parts,
    serving,
    say: tell,
    random: Math.random,
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    nowMs: () => performance.now(),
  });
  const why = await Promise.race([untilSignal(), supervision.hopeless]);
  if (why !== undefined) tell(`✗ Nothing serves callers any more. ${why.message}`);
  process.stderr.write('sluice: stopping\n');
  supervision.end();
  await stop();
  await supervision.ended();
  return why;
}
