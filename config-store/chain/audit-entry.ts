export { chainHash, firstHash, type ChainedEntry } from '../../domain/audit/entry.ts';

/** Columns of a `HashedEntry`. */
export const hashedColumns = `id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  actor, action, app, environment, release_id as "releaseId", details`;

/** Columns of a `ChainedEntry`. */
export const chainedColumns = `${hashedColumns}, xact::text as xact, position, encode(hash, 'hex') as hash,
  encode(mac, 'hex') as mac, key_id as "keyId"`;
