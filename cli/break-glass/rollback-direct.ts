import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { userInfo } from 'node:os';
import type { Pool } from 'pg';
import { confirmRollback, type Confirmation } from '../../config-store/confirm-rollback.ts';
import { createPool } from '../../config-store/create-pool.ts';
import { readRevision } from '../../config-store/read-revision.ts';
import { rollback } from '../../config-store/rollback.ts';
import { SluiceError } from '../../domain/errors.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import { describeRollback, type RollbackOptions } from '../commands/rollback.ts';
import { endingBlockers } from './end-blockers.ts';

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
    return await rollBack(db, context, options);
  } finally {
    await db.end();
  }
};

async function rollBack(
  db: Pool,
  context: CommandContext,
  options: RollbackOptions,
): Promise<CommandOutcome> {
  const { app, environment } = options;
  const actor = `break-glass:${userInfo().username}`;
  const { reason = `rolled back past the control plane by ${actor}` } = options;
  const { tell } = context;
  const result = await endingBlockers(db, { app, environment, tell }, () =>
    rollback(db, {
      ...options,
      actor,
      reason,
      operationId: `break-glass/${randomUUID()}`,
    }),
  );
  const labelOf = async (digest: string) => (await readRevision(db, { app, ref: digest }))?.label ?? digest;
  const { confirmed, waitingFor, silent } = await untilConfirmed(db, { ...options, version: result.version });
  const answer = {
    result: result.kind,
    version: result.version,
    serving: await labelOf(result.serving),
    ...(result.kind === 'done' ? { takenOut: await labelOf(result.takenOut) } : {}),
    confirmed,
    waitingFor: [...waitingFor, ...silent],
  };
  return { ...done(describeRollback(app, answer), answer), word: result.kind };
}
