import type { JsonValue } from '../../domain/json.ts';
import { query, type Db } from '../postgres/db.ts';

export interface IdempotentKey {
  /** Whose keys they are: the same key of two callers is two keys. */
  readonly scope: string;
  readonly key: string;
}

export type IdempotentBegin =
  /** Do it. Also given for a request that began over a minute ago and never ended: its process is gone. */
  | { readonly kind: 'first' }
  | { readonly kind: 'repeat'; readonly status: number; readonly response: JsonValue }
  /** The key was used for another request. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'in-progress' };

interface StoredKey {
  readonly requestDigest: string;
  readonly status?: number;
  readonly response?: JsonValue;
}

/** Begins a request that acts once (invariant 18); end it with `finishIdempotent` or `abandonIdempotent`. */
export async function beginIdempotent(
  db: Db,
  { scope, key, requestDigest }: IdempotentKey & { readonly requestDigest: string },
): Promise<IdempotentBegin> {
  const begun = await query(
    db,
    `insert into idempotency_key as known (scope, key, request_digest) values ($1, $2, $3)
     on conflict (scope, key) do update set created_at = now()
       where known.status is null and known.request_digest = excluded.request_digest
         and known.created_at < now() - interval '1 minute'
     returning scope`,
    [scope, key, requestDigest],
  );
  if (begun.length > 0) return { kind: 'first' };
  const [known] = await query<StoredKey>(
    db,
    `select request_digest as "requestDigest", status, response from idempotency_key where scope = $1 and key = $2`,
    [scope, key],
  );
  // Given up between the two statements: whoever asks again is the first.
  if (known === undefined) return { kind: 'in-progress' };
  if (known.requestDigest !== requestDigest) return { kind: 'conflict' };
  if (known.status === undefined) return { kind: 'in-progress' };
  return { kind: 'repeat', status: known.status, response: known.response ?? null };
}
