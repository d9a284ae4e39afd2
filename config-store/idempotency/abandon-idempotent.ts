import type { IdempotentKey } from './begin-idempotent.ts';
import { query, type Db } from '../postgres/db.ts';

/** Gives a key back whose request came to no answer worth keeping, such as an unreachable database. */
export async function abandonIdempotent(db: Db, { scope, key }: IdempotentKey): Promise<void> {
  await query(db, 'delete from idempotency_key where scope = $1 and key = $2 and status is null', [
    scope,
    key,
  ]);
}
