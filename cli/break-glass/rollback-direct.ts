import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { confirmRollback, type Confirmation } from '../../config-store/splits/confirm-rollback.ts';
import { labelRollback } from '../../config-store/splits/label-rollback.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import type { CommandOutcome } from '../output/outcome.ts';
import type { Command, CommandContext } from '../commands/context.ts';
import { rollbackOutcome, type RollbackAnswer } from '../output/describe-rollback.ts';
import { pressing, type Press, type RollbackOptions } from '../commands/release/rollback.ts';
import { endingBlockers } from './end-blockers.ts';
import { breakGlassActor, withDatabase } from './with-database.ts';

const confirmWithinMs = 10_000;
const pollMs = 50;

async function untilConfirmed(
  db: Pool,
  of: { readonly app: string; readonly environment: string; readonly version: number },
): Promise<Confirmation> {
  const deadline = performance.now() + confirmWithinMs;
  for (;;) {
    const confirmation = await confirmRollback(db, of);
    if (confirmation.confirmed || performance.now() > deadline) return confirmation;
    await delay(pollMs);
  }
}

/** Straight to PostgreSQL, by the rules of the API: for the day when the control plane is away (invariant 20). */
export const rollbackDirect: Command<RollbackOptions> = (context, options) =>
  withDatabase(context, (db) => rollBack(db, context, options));

async function rollBack(
  db: Pool,
  context: CommandContext,
  options: RollbackOptions,
): Promise<CommandOutcome> {
  const { app } = options;
  return rollbackOutcome(
    app,
    await pressing(context, options, (press) => pressOnce(db, context, app, press)),
  );
}

async function pressOnce(
  db: Pool,
  { tell }: CommandContext,
  app: string,
  press: Press,
): Promise<RollbackAnswer> {
  const { environment } = press;
  const actor = breakGlassActor();
  const { reason = `rolled back past the control plane by ${actor}` } = press;
  const operationId = `break-glass/${randomUUID()}`;
  const result = await endingBlockers(db, { app, environment, tell }, () =>
    rollback(db, { ...press, app, actor, reason, operationId, pastGateways: true }),
  );
  const { kind, ...labelled } = await labelRollback(db, { app, environment }, result);
  const of = { app, environment, version: result.version };
  const { waitingFor, silent, ...confirmation } = await untilConfirmed(db, of);
  return {
    ...{ result: kind, skipped: [], override: false, ...labelled },
    ...confirmation,
    waitingFor: [...waitingFor, ...silent],
  };
}
