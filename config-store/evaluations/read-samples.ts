import { query, type Db } from '../postgres/db.ts';
import type { SampleRow } from './eval-run-row.ts';

export interface SampleFilter {
  app: string;
  environment: string;
  limit: number;
  /** Only these. */
  ids?: readonly string[] | undefined;
}

/** Samples that have a body and have not expired, newest first. */
export function readSamples(
  db: Db,
  { app, environment, limit, ids }: SampleFilter,
): Promise<(SampleRow & { body: Buffer })[]> {
  return query<SampleRow & { body: Buffer }>(
    db,
    `select id, app, environment, revision, arm, metadata, body, created_at as "createdAt", expires_at as "expiresAt"
     from sample
     where app = $1 and environment = $2 and body is not null and expires_at > now()
       and ($4::uuid[] is null or id = any($4))
     order by created_at desc, id limit $3`,
    [app, environment, limit, ids],
  );
}
