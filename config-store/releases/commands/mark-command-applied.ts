import { query, type Db } from '../../postgres/db.ts';

/** Notes what became of a command; the first note stays. */
export async function markCommandApplied(
  db: Db,
  { id, result }: { readonly id: number; readonly result: string },
): Promise<void> {
  await query(db, 'update command set applied_at = now(), result = $2 where id = $1 and applied_at is null', [
    id,
    result,
  ]);
}
