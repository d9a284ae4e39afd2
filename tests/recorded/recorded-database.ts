import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import type { Pool } from 'pg';
import { z } from 'zod';
import { migrate } from '../../config-store/schema/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { recordedRows } from './recorded.ts';

/** The tables in an order that foreign keys allow. */
const tables = [
  ...['app', 'revision', 'release', 'split', 'split_history', 'command', 'stage_result', 'evidence', 'lease'],
  ...['gateway_instance', 'arm_counter', 'charged_subject', 'seen_subject', 'eval_run', 'eval_result'],
] as const;
/** The migrations that the code of a33d452 knew. */
const migrationsOfThen = 3;

/** A database as a33d452 left it, brought up to date as an update of Sluice does it. */
export async function createRecordedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.pool.query('drop schema public cascade; create schema public');
  await runner({
    databaseUrl: database.url,
    dir: join(import.meta.dirname, '../../config-store/migrations'),
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    count: migrationsOfThen,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  for (const table of tables) await load(database.pool, table);
  await migrate(database.url);
  return database;
}

function quiet(): void {
  // What a migration says is not of interest here.
}

async function load(pool: Pool, table: (typeof tables)[number]): Promise<void> {
  const rows = recordedRows(table, z.record(z.string(), z.json()));
  await pool.query(
    `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
