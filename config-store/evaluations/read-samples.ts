import { query, type Db } from '../postgres/db.ts';
import type { SampleRow } from './eval-run-row.ts';

/** What redaction has done to a sample; `unknown` of those that are older than the question. */
export type Redacted = 'whole' | 'altered' | 'unknown';

export interface SampleFilter {
  readonly app: string;
  readonly environment: string;
  readonly limit: number;
  /** Only these. */
  readonly ids?: readonly string[] | undefined;
  /** Only such. */
  readonly redacted?: Redacted | undefined;
}

type SampleWithBody = SampleRow & { readonly body: Buffer };

/** Samples that have a body and have not expired, newest first. */
export function readSamples(
  db: Db,
  { app, environment, limit, ids, redacted }: SampleFilter,
): Promise<SampleWithBody[]> {
  return query<SampleWithBody>(
    db,
    `select id, app, environment, revision, arm, metadata, body, altered, created_at as "createdAt",
       expires_at as "expiresAt"
     from sample
     where app = $1 and environment = $2 and body is not null and expires_at > clock_timestamp()
       and ($4::uuid[] is null or id = any($4))
       and ($5::text is null or case altered when true then 'altered' when false then 'whole' else 'unknown' end = $5)
     order by created_at desc, id limit $3`,
    [app, environment, limit, ids, redacted],
  );
}
