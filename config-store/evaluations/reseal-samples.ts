import { query, type Db } from '../postgres/db.ts';

export interface SealedSample {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly body: Buffer;
}

/** Samples with a body, by id; `after` is the id that the page before ended with. */
export function sealedSamples(
  db: Db,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
) {
  return query<SealedSample>(
    db,
    `select id, app, environment, body from sample
     where body is not null and expires_at > now() and ($1::uuid is null or id > $1) order by id limit $2`,
    [after, limit],
  );
}

/** Puts another body in the place of one; that it was deleted meanwhile is no error. */
export async function replaceSampleBody(
  db: Db,
  { id, body }: Pick<SealedSample, 'id' | 'body'>,
): Promise<void> {
  await query(db, 'update sample set body = $2 where id = $1', [id, body]);
}

/** Deletes samples that nobody can open. */
export async function deleteSamples(db: Db, ids: readonly string[]): Promise<void> {
  await query(db, 'delete from sample where id = any($1::uuid[])', [ids]);
}
