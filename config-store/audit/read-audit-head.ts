import { type AuditHead, signHead } from '../../domain/audit/head.ts';
import { firstHash } from '../chain/audit-entry.ts';
import { auditKeysOf } from '../chain/audit-keys.ts';
import { query, type Db } from '../postgres/db.ts';

/** The end of the audit chain as it is now, signed by the pool's key where it has one. */
export async function readAuditHead(db: Db): Promise<AuditHead> {
  const [head] = await query<{ readonly number: number; readonly hash: string; readonly at: string }>(
    db,
    `select coalesce(newest.position, 0) as number, encode(newest.hash, 'hex') as hash,
       to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
     from (values (1)) as one left join lateral (
       select position, hash from audit_entry where position is not null order by position desc limit 1) newest on true`,
  );
  if (head === undefined) throw new Error('The end of a chain is one row.');
  return signHead({ ...head, hash: head.number === 0 ? firstHash : head.hash }, auditKeysOf(db)?.[0]);
}

/** Is this head on the chain? */
export async function hasAuditHead(db: Db, { number, hash }: AuditHead): Promise<boolean> {
  if (number === 0) return true;
  const rows = await query(db, `select from audit_entry where position = $1 and encode(hash, 'hex') = $2`, [
    number,
    hash,
  ]);
  return rows.length > 0;
}
