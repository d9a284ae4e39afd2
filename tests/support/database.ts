import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { requiredVariable } from './required-variable.ts';

export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Ends the pool and deletes the database; call it in `afterAll`. */
  drop(): Promise<void>;
}

const TEMPLATE = 'sluice_template';
/** Any number that nobody else locks: held while the template is made and while it is copied. */
const TEMPLATE_LOCK = 7_514_309;

/** A database of its own for a test file: a copy of one that has all migrations of config-store. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withTemplate(async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  const url = urlOf(name);
  const pool = new Pool({ connectionString: url, max: 10 });
  let dropping = false;
  pool.on('error', (error) => {
    // A session that is still on its way out when the database is dropped is told so.
    if (!dropping) throw error;
  });
  return {
    url,
    pool,
    drop: async () => {
      dropping = true;
      await pool.end();
      await withAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Test files run in parallel: one makes the template, and PostgreSQL copies it for one at a time. */
async function withTemplate(use: (admin: Client) => Promise<void>): Promise<void> {
  await withAdmin(async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const existing = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (existing.rowCount === 0) await makeTemplate(admin);
    await use(admin);
  });
}

async function makeTemplate(admin: Client): Promise<void> {
  const unfinished = `${TEMPLATE}_unfinished`;
  await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${unfinished}`);
  // Loaded here, so that tests that need no database need no migrations either.
  const { migrate } = await import('../../config-store/schema/migrate.ts');
  await migrate(urlOf(unfinished));
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
}

async function withAdmin(use: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: requiredVariable('SLUICE_TEST_POSTGRES_URL') });
  await admin.connect();
  try {
    await use(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(requiredVariable('SLUICE_TEST_POSTGRES_URL'));
  url.pathname = `/${database}`;
  return url.href;
}
