import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { migrate } from '../../config-store/schema/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { recordedRows, type Era } from './recorded.ts';

/** The tables in an order that foreign keys allow. */
const tables = [
  ...['app', 'revision', 'release', 'split', 'split_history', 'command', 'stage_result', 'evidence', 'lease'],
  ...['gateway_instance', 'arm_counter', 'charged_subject', 'seen_subject', 'eval_run', 'eval_result'],
] as const;
/** What there is since, of which a33d452 knew nothing. */
const later = ['release_progress', 'policy'] as const;
/** The migrations that the code of a commit knew. */
const migrationsOf: Record<Era, number> = { a33d452: 3, d8017cc: 35 };

/**
 * A database as a commit's code left it, brought up to date as an update of Sluice does it. `before` is done to it
 * before it is.
 */
export async function createRecordedDatabase(
  era: Era = 'a33d452',
  before: (client: PoolClient) => Promise<unknown> = () => Promise.resolve(),
): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.pool.query('drop schema public cascade; create schema public');
  await runner({
    databaseUrl: database.url,
    dir: join(import.meta.dirname, '../../config-store/migrations'),
    ignorePattern: '\\..*',
    migrationsTable: 'schema_migration',
    direction: 'up',
    count: migrationsOf[era],
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const kept = era === 'a33d452' ? tables : [...tables, ...later];
  await asRestored(database.pool, async (client) => {
    for (const table of kept) await load(client, table, era);
    await before(client);
  });
  await migrate(database.url);
  return database;
}

function quiet(): void {
  // What a migration says is not of interest here.
}

/** As a backup is restored: what rows mean to each other was checked when they were written. */
async function asRestored(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    await work(client);
  } finally {
    client.release(true);
  }
}

async function load(client: PoolClient, table: string, era: Era): Promise<void> {
  const rows = recordedRows(table, z.record(z.string(), z.json()), era);
  await client.query(
    `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
