import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

export interface LabelledText {
  readonly text: string;
  readonly category: string;
}

/** A named, immutable set of documents. The digest is that of its contents, in their order. */
export interface IndexVersion {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly documents: number;
}

export type PublishOutcome =
  | { readonly kind: 'created'; readonly index: IndexVersion }
  | { readonly kind: 'unchanged'; readonly index: IndexVersion }
  | { readonly kind: 'conflict'; readonly index: IndexVersion };

export interface IndexStore {
  /** Creates the tables where they are missing. Safe to call from several processes at once. */
  migrate(): Promise<void>;
  list(): Promise<IndexVersion[]>;
  /** Creates an index version once; the same contents again change nothing, other contents are a conflict. */
  publish(name: string, version: string, documents: readonly LabelledText[]): Promise<PublishOutcome>;
}

/** SHA-256 of the documents in their order; each field is length-prefixed by its JSON quotes. */
function digestOf(documents: readonly LabelledText[]): string {
  const hash = createHash('sha256');
  for (const { text, category } of documents) hash.update(`${JSON.stringify([text, category])}\n`);
  return `sha256:${hash.digest('hex')}`;
}

interface IndexRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly documents: number;
}

/** Index versions in PostgreSQL: one partition of the document table, with a GIN index, for each. */
export function createIndexStore({
  pool,
  schema,
}: {
  readonly pool: Pool;
  readonly schema: string;
}): IndexStore {
  const find = async (
    client: Pool | PoolClient,
    name: string,
    version: string,
  ): Promise<IndexVersion | undefined> => {
    const sql = `SELECT name, version, digest, documents FROM ${schema}.index_version WHERE name = $1 AND version = $2`;
    return (await client.query<IndexRow>(sql, [name, version])).rows[0];
  };
  return {
    migrate: () => inTransaction(pool, (client) => createTables(client, schema)),
    async list() {
      const sql = `SELECT name, version, digest, documents FROM ${schema}.index_version ORDER BY id`;
      return (await pool.query<IndexRow>(sql)).rows;
    },
    publish: (name, version, documents) =>
      inTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`${schema}/${name}@${version}`]);
        const [digest, existing] = [digestOf(documents), await find(client, name, version)];
        if (existing) return { kind: existing.digest === digest ? 'unchanged' : 'conflict', index: existing };
        await insertIndex(client, schema, { name, version, digest }, documents);
        return { kind: 'created', index: { name, version, digest, documents: documents.length } };
      }),
  };
}

async function createTables(client: PoolClient, schema: string): Promise<void> {
  // IF NOT EXISTS alone can still collide when two processes start together.
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`${schema}/migrate`]);
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS ${schema}.index_version (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      version text NOT NULL,
      digest text NOT NULL,
      documents integer NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (name, version)
    );
    CREATE TABLE IF NOT EXISTS ${schema}.document (
      index_id bigint NOT NULL,
      position integer NOT NULL,
      text text NOT NULL,
      category text NOT NULL,
      terms tsvector GENERATED ALWAYS AS (to_tsvector('english', text)) STORED,
      PRIMARY KEY (index_id, position)
    ) PARTITION BY LIST (index_id);
    CREATE TABLE IF NOT EXISTS ${schema}.lexeme (
      index_id bigint NOT NULL,
      word text NOT NULL,
      documents integer NOT NULL,
      PRIMARY KEY (index_id, word)
    );`);
}

async function insertIndex(
  client: PoolClient,
  schema: string,
  { name, version, digest }: { readonly name: string; readonly version: string; readonly digest: string },
  documents: readonly LabelledText[],
): Promise<void> {
  const inserted = await client.query<{ readonly id: string }>(
    `INSERT INTO ${schema}.index_version (name, version, digest, documents) VALUES ($1, $2, $3, $4) RETURNING id`,
    [name, version, digest, documents.length],
  );
  const id = BigInt(inserted.rows[0]?.id ?? 0).toString();
  // A partition a version keeps every search to its own documents; it is dropped or kept as a whole.
  await client.query(
    `CREATE TABLE ${schema}.document_${id} PARTITION OF ${schema}.document FOR VALUES IN (${id})`,
  );
  await client.query(
    `INSERT INTO ${schema}.document (index_id, position, text, category)
     SELECT $1, position, text, category
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS given (text, category, position)`,
    [id, documents.map(({ text }) => text), documents.map(({ category }) => category)],
  );
  await client.query(
    `INSERT INTO ${schema}.lexeme (index_id, word, documents)
     SELECT $1, word, ndoc FROM ts_stat('SELECT terms FROM ${schema}.document_${id}')`,
    [id],
  );
  // Built after the rows are in: a GIN index that grows row by row keeps a pending list that every search reads.
  await client.query(`CREATE INDEX ON ${schema}.document_${id} USING gin (terms)`);
  await client.query(`ANALYZE ${schema}.document_${id}`);
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
