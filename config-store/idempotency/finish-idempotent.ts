import type { IdempotentKey } from './begin-idempotent.ts';
import { json, query, type Db } from '../postgres/db.ts';

/** Keeps the answer (JSON) of a request for those who repeat it; the first answer stays. */
export async function finishIdempotent(
  db: Db,
  { scope, key, status, response }: IdempotentKey & { readonly status: number; readonly response: unknown },
): Promise<void> {
  await query(
    db,
    'update idempotency_key set status = $3, response = $4 where scope = $1 and key = $2 and status is null',
    [scope, key, status, json(response)],
  );
}
