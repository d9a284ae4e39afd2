import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { userInfo } from 'node:os';
import type { Pool } from 'pg';
import { confirmRollback, type Confirmation } from '../../config-store/confirm-rollback.ts';
import { createPool } from '../../config-store/create-pool.ts';
import { readRevision } from '../../config-store/read-revision.ts';
import { rollback } from '../../config-store/rollback.ts';
import { terminateBlockers } from '../../config-store/terminate-blockers.ts';
import { SluiceError } from '../../domain/errors.ts';
import { done } from '../output/outcome.ts';
import type { Command } from '../commands/context.ts';
import { describeRollback, type RollbackOptions } from '../commands/rollback.ts';

/** A session that holds the rows of a rollback for longer than this is ended. */
const blockerAgeMs = 1000;
const confirmWithinMs = 10_000;
const pollMs = 50;

async function untilConfirmed(
  db: Pool,
  of: { app: string; environment: string; version: number },
): Promise<Confirmation> {
  const deadline = performance.now() + confirmWithinMs;
  for (;;) {
    const confirmation = await confirmRollback(db, of);
    if (confirmation.confirmed || performance.now() > deadline) return confirmation;
    await delay(pollMs);
  }
}

/** While the rollback waits for a row, whoever holds it for too long is ended. */
async function endingBlockers<T>(
  db: Pool,
  options: RollbackOptions,
  tell: (text: string) => void,
  work: () => Promise<T>,
) {
  const finished = new AbortController();
  const watch = async () => {
    while (!finished.signal.aborted) {
      await delay(blockerAgeMs / 4, undefined, { signal: finished.signal }).catch(() => undefined);
      const { app, environment } = options;
      const ended = finished.signal.aborted
        ? []
        : await terminateBlockers(db, { app, environment, olderThanMs: blockerAgeMs });
      for (const { applicationName, ageMs } of ended)
        tell(`ended a session of ${applicationName} that stood in the way for ${ageMs} ms`);
    }
  };
  const watching = watch();
  try {
    return await work();
  } finally {
    finished.abort();
    await watching;
  }
}

/** Straight to PostgreSQL, by the rules of the API: for the day when the control plane is away (invariant 20). */
export const rollbackDirect: Command<RollbackOptions> = async (context, options) => {
  const { databaseUrl } = context.settings;
  if (databaseUrl === undefined) {
    throw new SluiceError('usage', 'It is not known where the database is.', {
      remedy: 'Set DATABASE_URL, or run this in the folder where `sluice up` ran.',
    });
  }
  const db = createPool(databaseUrl, { applicationName: 'sluice-break-glass', max: 3 });
  try {
    const result = await endingBlockers(db, options, context.tell, () =>
      rollback(db, {
        ...options,
        actor: `break-glass:${userInfo().username}`,
        reason: options.reason ?? 'Rolled back past the control plane',
        operationId: `break-glass/${randomUUID()}`,
      }),
    );
    const label = async (digest: string) =>
      (await readRevision(db, { app: options.app, ref: digest }))?.label ?? digest;
    const confirmation = await untilConfirmed(db, { ...options, version: result.version });
    const answer = {
      result: result.kind,
      version: result.version,
      serving: await label(result.serving),
      ...(result.kind === 'done' ? { takenOut: await label(result.takenOut) } : {}),
      confirmed: confirmation.confirmed,
      waitingFor: [...confirmation.waitingFor, ...confirmation.silent],
    };
    return { ...done(describeRollback(options.app, answer), answer), word: result.kind };
  } finally {
    await db.end();
  }
};
