import type { AuditKeys } from '../../domain/audit/keys.ts';
import type { Db } from '../connection/statement.ts';

const keysOfPools = new WeakMap<Db, AuditKeys>();

/**
 * Has what is chained by way of a pool (or one session) sealed by the first of these keys. A pool without keys leaves a chain that is
 * sealed to those that have them.
 */
export function sealAuditWith(db: Db, keys: AuditKeys): void {
  keysOfPools.set(db, keys);
}

export function auditKeysOf(db: Db): AuditKeys | undefined {
  return keysOfPools.get(db);
}
