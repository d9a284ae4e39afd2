import type { Pool } from 'pg';

export interface SearchRequest {
  readonly query: string;
  readonly name: string;
  readonly version: string;
  /** How many documents at most. */
  readonly topK: number;
  /** Only documents of these categories; all when absent. */
  readonly categories?: readonly string[];
}

export interface FoundDocument {
  readonly id: string;
  readonly text: string;
  /** ts_rank of the document, higher is nearer; only comparable within one answer. */
  readonly score: number;
  readonly metadata: { readonly category: string };
}

export type SearchResult =
  | { readonly kind: 'unknown-index' }
  | { readonly kind: 'found'; readonly digest: string; readonly documents: FoundDocument[] };

export type Search = (request: SearchRequest) => Promise<SearchResult>;

interface FoundRow {
  readonly position: number;
  readonly text: string;
  readonly category: string;
  readonly score: number;
}

/**
 * Full-text search of one index version, best first, ties in the order of the documents.
 * A document needs only one of the query's words: the query is cut into lexemes and each is quoted by PostgreSQL
 * itself before they are joined by OR, so that the query's text never becomes SQL or tsquery syntax.
 */
export function createSearch({ pool, schema }: { readonly pool: Pool; readonly schema: string }): Search {
  // Index versions never change, so what was found once stays right.
  const known = new Map<string, { readonly id: string; readonly digest: string }>();
  return async ({ query, name, version, topK, categories }) => {
    const key = `${name}@${version}`;
    const index = known.get(key) ?? (await findIndex(pool, schema, name, version));
    if (index === undefined) return { kind: 'unknown-index' };
    known.set(key, index);
    const { rows } = await pool.query<FoundRow>({
      name: `search-${schema}-${index.id}`,
      text: searchSql(schema, index.id),
      // PostgreSQL's text has no NUL; a query with one is searched without it.
      values: [query.replaceAll('\0', ' '), topK, categories ?? null],
    });
    const documents = rows.map(({ position, text, category, score }) => ({
      id: `${key}#${position}`,
      text,
      score,
      metadata: { category },
    }));
    return { kind: 'found', digest: index.digest, documents };
  };
}

async function findIndex(pool: Pool, schema: string, name: string, version: string) {
  const { rows } = await pool.query<{ readonly id: string; readonly digest: string }>(
    `SELECT id, digest FROM ${schema}.index_version WHERE name = $1 AND version = $2`,
    [name, version],
  );
  return rows[0];
}

/**
 * The query's words from the rarest to the commonest, until they reach this many documents: ranking costs about
 * 1.5 microseconds a document, and what matches common words alone ("card" at a bank) never comes first anyway.
 */
const CANDIDATES = 1000;

const searchSql = (schema: string, indexId: string): string => `
  WITH lexeme AS (
    SELECT array_to_tsvector(ARRAY[word])::text AS quoted,
           sum(documents) OVER (ORDER BY documents, word) - documents AS reached
    FROM unnest(tsvector_to_array(to_tsvector('english', $1))) AS word
    JOIN ${schema}.lexeme USING (word)
    WHERE index_id = ${indexId}
  ), asked AS MATERIALIZED (
    SELECT string_agg(quoted, ' | ')::tsquery AS query,
           (string_agg(quoted, ' | ') FILTER (WHERE reached < ${CANDIDATES} OR $3::text[] IS NOT NULL))::tsquery AS selective
    FROM lexeme
  )
  SELECT position, text, category, ts_rank(terms, asked.query, 1)::float8 AS score
  FROM asked, ${schema}.document_${indexId}
  WHERE terms @@ asked.selective AND ($3::text[] IS NULL OR category = ANY ($3))
  ORDER BY score DESC, position
  LIMIT $2`;
