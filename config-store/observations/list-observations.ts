import type { Arm } from '../../domain/split/split.ts';
import { query, type Db } from '../postgres/db.ts';

/** A number of one answer, as it is kept. */
export interface KeptObservation {
  readonly guardrail: string;
  readonly splitVersion: number;
  readonly arm: Arm;
  readonly value: number | null;
  /** In microseconds since 1970, and the subject's hash: its place in the order in which they are judged. */
  readonly atMicros: number;
  readonly hash: string;
}

/** All that is kept of what was observed in a release, by guardrail and in the order of admission; at most so many. */
export async function listObservations(
  db: Db,
  { releaseId, limit }: { readonly releaseId: string; readonly limit: number },
): Promise<KeptObservation[]> {
  const rows = await query<Omit<KeptObservation, 'value'> & { readonly value?: number }>(
    db,
    `select guardrail, split_version as "splitVersion", arm, value, subject_hash::text as hash,
       (extract(epoch from admitted_at) * 1000000)::float8 as "atMicros"
     from observation where release_id = $1 order by guardrail, admitted_at, subject_hash limit $2`,
    [releaseId, limit],
  );
  return rows.map(({ value = null, ...row }) => ({ ...row, value }));
}
