import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Pool } from 'pg';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { noDatabase } from '../../domain/refusals.ts';
import type { CommandContext } from '../commands/context.ts';

/** Who presses past the control plane, as the audit log names them. */
export const breakGlassActor = (): string => `break-glass:${userInfo().username}`;

/** Does some work straight on PostgreSQL. Throws `usage` where nobody has said where that is. */
export async function withDatabase<T>(
  { settings: { breakGlassUrl: databaseUrl } }: Pick<CommandContext, 'settings'>,
  work: (db: Pool) => Promise<T>,
): Promise<T> {
  if (databaseUrl === undefined)
    throw noDatabase('Set DATABASE_URL, or run this in the folder where `sluice up` ran.');
  // A name of its own: by it a press knows its own sessions from those that stand in its way.
  const applicationName = `sluice-break-glass ${randomUUID().slice(0, 8)}`;
  const db = createPool(databaseUrl, { applicationName, max: 3 });
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}
