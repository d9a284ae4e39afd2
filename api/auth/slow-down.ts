import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SluiceError } from '../../domain/errors.ts';

/** Cells that count what a source got wrong; a source has one in each of two rows, and the emptier counts. */
const cells = 4_096;
/** So many may be wrong at once before it is slowed; one is forgotten each `forgetMs`. */
const free = 5;
const forgetMs = 10_000;
const firstDelayMs = 100;
const longestDelayMs = 3_000;
/** Answers that are held back at the same time; beyond, and beyond `most` wrong ones, the answer is a refusal at once. */
const mostHeld = 200;
const most = 30;

export interface SlowDown {
  /**
   * A source has sent something that is not valid: waits before it may hear so, the longer the more it has sent.
   * Throws `rate_limited` where that was far too often.
   */
  wrong(source: string): Promise<void>;
}

interface Cell {
  readonly level: Float64Array;
  readonly at: Float64Array;
  readonly salt: Buffer;
}

function row(): Cell {
  return { level: new Float64Array(cells), at: new Float64Array(cells), salt: randomBytes(16) };
}

/** An IPv6 network counts as one: who has one address of it has all. */
function networkOf(source: string): string {
  return source.includes(':') && !source.includes('.') ? source.split(':').slice(0, 4).join(':') : source;
}

/**
 * Slows those down who try tokens, in memory that does not grow with their number. What is valid never waits: behind one
 * address may be many, and nothing may stand before a rollback.
 */
export function createSlowDown(nowMs: () => number = () => performance.now()): SlowDown {
  const rows = [row(), row()];
  let held = 0;

  function add({ level, at, salt }: Cell, source: string): number {
    const index = createHash('sha256').update(salt).update(source).digest().readUInt32BE() % cells;
    const now = nowMs();
    const left = Math.max(0, (level[index] ?? 0) - (now - (at[index] ?? 0)) / forgetMs);
    level[index] = Math.min(left + 1, most * 2);
    at[index] = now;
    return left + 1;
  }

  return {
    async wrong(source) {
      const network = networkOf(source);
      const count = Math.min(...rows.map((each) => add(each, network)));
      if (count <= free) return;
      if (count > most || held >= mostHeld) {
        throw new SluiceError('rate_limited', 'Too many tokens that are not valid came from this address.', {
          remedy: 'Check SLUICE_TOKEN; wait a minute.',
        });
      }
      held += 1;
      try {
        await delay(Math.min(firstDelayMs * 2 ** (count - free - 1), longestDelayMs), undefined, {
          ref: false,
        });
      } finally {
        held -= 1;
      }
    },
  };
}
