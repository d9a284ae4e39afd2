import { makeUsers } from '../../config-store/roles/login-users.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import { noDatabase } from '../../domain/refusals.ts';
import { done } from '../output/outcome.ts';
import type { Command } from '../commands/context.ts';

/** Brings the schema of DATABASE_URL up to date, and makes the programs' users whose passwords are given; `sluice up` does it by itself. */
export const migrateDatabase: Command<Record<string, never>> = async (context) => {
  const { databaseUrl, databasePasswords } = context.settings;
  if (databaseUrl === undefined) throw noDatabase();
  await migrate(databaseUrl);
  if (Object.keys(databasePasswords).length > 0) await makeUsers(databaseUrl, databasePasswords);
  return done('The schema is up to date.', {});
};
