import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { createPool } from '../connection/create-pool.ts';

export interface UsedDatabase {
  /** A pool with the time-outs that Sluice's own have. */
  readonly db: Pool;
  readonly url: string;
}

/** Gives a test file a database of its own; call it at the top of the file. */
export function useDatabase(): UsedDatabase {
  let database: TestDatabase | undefined;
  let db: Pool | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = createPool(database.url, { applicationName: 'config-store-test' });
  });
  afterAll(async () => {
    await db?.end();
    await database?.drop();
  });
  const present = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The database is there once beforeAll has run.');
    return value;
  };
  return {
    get db() {
      return present(db);
    },
    get url() {
      return present(database).url;
    },
  };
}
