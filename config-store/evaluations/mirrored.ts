import { query, type Db } from '../postgres/db.ts';

/** The request of a pair, or the answer of one arm. */
export type MirroredPart = 'request' | 'candidate' | 'stable';

export interface MirroredRow {
  /** Of the sample. */
  readonly caseId: string;
  readonly part: MirroredPart;
  /** Sealed. */
  readonly body: Buffer;
}

/**
 * Keeps what a mirror asked or heard, for as long as the sample is kept that it was made of; not at all where that has
 * gone meanwhile, because its subject was erased.
 */
export async function keepMirrored(
  db: Db,
  { runId, caseId, part, body }: MirroredRow & { readonly runId: string },
): Promise<void> {
  await query(
    db,
    `insert into mirrored (run_id, case_id, part, body, expires_at)
     select $1, id::text, $3, $4, expires_at from sample where id = $2::uuid
     on conflict do nothing`,
    [runId, caseId, part, body],
  );
}

/** What is kept of these samples of a run, and has not expired. */
export function readMirrored(
  db: Db,
  { runId, caseIds }: { readonly runId: string; readonly caseIds: readonly string[] },
): Promise<MirroredRow[]> {
  return query<MirroredRow>(
    db,
    `select case_id as "caseId", part, body from mirrored
     where run_id = $1 and case_id = any ($2) and expires_at > clock_timestamp()`,
    [runId, caseIds],
  );
}
