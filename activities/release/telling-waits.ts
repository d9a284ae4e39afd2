import type { Pool } from 'pg';
import {
  clearWaiting,
  noteWaiting,
  type WaitingNote,
} from '../../config-store/releases/progress/note-waiting.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';

/** Often enough for who watches; a note that stands already is not written again. */
const everyMs = 1_000;

export interface TellingParts {
  readonly db: Pool;
  readonly patience: Patience;
}

/**
 * While the work is on, the row of its release says which of its places (`openai/gpt-5-mini`) answers nothing, since when
 * the work waits for it, and when it will be given up. Several shards may say the same; each takes away only its own word.
 */
export async function tellingWaits<T>(
  { db, patience }: TellingParts,
  { releaseId, places }: { readonly releaseId: string; readonly places: ReadonlySet<string> },
  work: () => Promise<T>,
): Promise<T> {
  let said: WaitingNote | undefined;
  let telling = Promise.resolve();
  const tell = async (): Promise<void> => {
    const wait = patience.waits().find(({ place }) => places.has(place));
    const now = wait && {
      releaseId,
      waitingFor: `${wait.place}, which answers nothing (${wait.why})`,
      leftMs: wait.leftMs,
    };
    if (said !== undefined && said.waitingFor !== now?.waitingFor) await clearWaiting(db, said);
    if (now !== undefined) await noteWaiting(db, now);
    said = now;
  };
  const timer = setInterval(() => {
    // A database that is away ends the work by itself; a note is not worth ending it for.
    telling = telling.then(tell).catch(() => undefined);
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await telling;
    if (said !== undefined) await clearWaiting(db, said).catch(() => undefined);
  }
}
