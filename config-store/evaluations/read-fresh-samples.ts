import { query, type Db } from '../postgres/db.ts';
import type { SampleFilter } from './read-samples.ts';

/** A request as it came, sealed by the key of fresh samples; its id is that of the sample that redaction altered. */
export interface FreshSampleRow {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  /** Keyed hash. */
  readonly subject?: string;
  readonly body: Buffer;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/**
 * Fresh samples whose hour is not over, newest first; none where the policy forbids them. For the evaluation worker:
 * nobody else may call the function, and no role may read the table.
 */
export function readFreshSamples(
  db: Db,
  { app, environment, limit, ids }: Omit<SampleFilter, 'redacted'>,
): Promise<FreshSampleRow[]> {
  return query<FreshSampleRow>(
    db,
    `select id, app, environment, subject, body, created_at as "createdAt", expires_at as "expiresAt"
     from fresh_samples($1, $2, $3, $4)`,
    [app, environment, limit, ids],
  );
}
