import { digestOf } from '../domain/digest.ts';
import type { JsonObject } from '../domain/json.ts';

/** What the hash of an entry covers; `at` has microseconds, as the database keeps them. */
export interface HashedEntry {
  id: number;
  at: string;
  actor: string;
  action: string;
  app?: string;
  environment?: string;
  releaseId?: string;
  details: JsonObject;
}

/** Columns of a `HashedEntry`. */
export const hashedColumns = `id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  actor, action, app, environment, release_id as "releaseId", details`;

/** The hash of the entry before the first one. */
export const firstHash = '0'.repeat(64);

/** SHA-256 over the canonical JSON of an entry, its place in the chain and the hash before it, in hexadecimal. */
export function chainHash(entry: HashedEntry, position: number, previous: string): string {
  const { id, at, actor, action, app, environment, releaseId, details } = entry;
  return digestOf({ id, at, actor, action, app, environment, releaseId, details, position, previous });
}
