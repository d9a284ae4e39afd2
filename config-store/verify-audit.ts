import { chainHash, firstHash, hashedColumns, type HashedEntry } from './audit-entry.ts';
import { query, queryOne, type Db } from './db.ts';

export interface AuditVerdict {
  ok: boolean;
  /** Entries in the chain that hold, from the first one on. */
  verified: number;
  /** Entries that have committed and have no place in the chain yet. */
  pending: number;
  /**
   * The hash of the last entry that holds. Entries cut off at the end leave a chain that holds: only who has noted
   * its end elsewhere can tell, by the number and the hash.
   */
  head: string;
  /** The first place where the chain does not hold: an entry is missing, added or changed. */
  brokenAt?: number;
  /** The first entry that does not hold: the one at that place, or the next one where that place is empty. */
  found?: { id: number; position: number; at: string; actor: string; action: string };
}

const batchSize = 1_000;

/** Recomputes the whole audit chain (invariant 12). */
export async function verifyAudit(db: Db): Promise<AuditVerdict> {
  const { pending } = await queryOne<{ pending: number }>(
    db,
    'select count(*) as pending from audit_entry where position is null',
  );
  let previous = firstHash;
  let verified = 0;
  for (;;) {
    const entries = await readChain(db, verified);
    for (const { position, hash, ...entry } of entries) {
      if (position !== verified + 1 || hash !== chainHash(entry, position, previous)) {
        const { id, at, actor, action } = entry;
        const found = { id, position, at, actor, action };
        return { ok: false, verified, pending, head: previous, brokenAt: verified + 1, found };
      }
      previous = hash;
      verified = position;
    }
    if (entries.length < batchSize) return { ok: true, verified, pending, head: previous };
  }
}

function readChain(db: Db, after: number) {
  return query<HashedEntry & { position: number; hash: string }>(
    db,
    `select ${hashedColumns}, position, encode(hash, 'hex') as hash from audit_entry
     where position > $1 order by position limit ${batchSize}`,
    [after],
  );
}
