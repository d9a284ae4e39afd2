import { query, type Db } from '../postgres/db.ts';

export interface PredictedRelease {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string;
}

/** The newest releases of an app of which a mirror has predicted something. */
export function listPredicted(
  db: Db,
  { app, limit }: { readonly app: string; readonly limit: number },
): Promise<PredictedRelease[]> {
  return query<PredictedRelease>(
    db,
    `select id, state, created_at as "createdAt" from release r
     where app = $1 and exists (select from prediction p where p.release_id = r.id)
     order by created_at desc, id limit $2`,
    [app, limit],
  );
}
