import type { PoolClient } from 'pg';
import { messageOf } from '../domain/errors.ts';
import { Pool } from 'pg';
import { chainHash, firstHash, hashedColumns, type HashedEntry } from './audit-entry.ts';
import { query, queryOne, type Db } from './db.ts';
import { inTransaction } from './transaction.ts';

/** Entries chained in one transaction at most. */
const batchSize = 500;

/**
 * Gives audit entries that have committed their place in the chain and their hash (invariant 12), and says how many.
 * Returns 0 at once while another session does it: nobody waits for this, and what came too late for that session
 * is chained by the next writer or by the reconciler.
 */
export async function sequenceAudit(db: Db): Promise<number> {
  let sequenced = 0;
  for (;;) {
    const batch = await inTransaction(db, sequenceBatch);
    sequenced += batch;
    if (batch < batchSize) return sequenced;
  }
}

/**
 * Sequences after a commit. A failure here must not make a change that has committed look undone: it is reported
 * as a warning, and the reconciler repeats it. Does nothing inside of a caller's transaction.
 */
export async function sequenceAfterCommit(db: Db): Promise<void> {
  if (!(db instanceof Pool)) return;
  try {
    await sequenceAudit(db);
  } catch (error) {
    process.emitWarning(`The audit chain is not up to date: ${messageOf(error)}`, 'SluiceAuditWarning');
  }
}

async function sequenceBatch(client: PoolClient): Promise<number> {
  const { locked } = await queryOne<{ locked: boolean }>(
    client,
    `select pg_try_advisory_xact_lock(hashtextextended('sluice-audit', 0)) as locked`,
  );
  if (!locked) return 0;
  const entries = await query<HashedEntry>(
    client,
    `select ${hashedColumns} from audit_entry where position is null order by id limit ${batchSize}`,
  );
  if (entries.length === 0) return 0;
  const head = await readHead(client);
  let previous = head.hash;
  const links = entries.map((entry, i) => {
    const position = head.position + i + 1;
    previous = chainHash(entry, position, previous);
    return { id: entry.id, position, hash: previous };
  });
  await query(
    client,
    `update audit_entry set position = link.position, hash = decode(link.hash, 'hex')
     from jsonb_to_recordset($1) as link (id bigint, position bigint, hash text)
     where audit_entry.id = link.id`,
    [JSON.stringify(links)],
  );
  return links.length;
}

async function readHead(client: PoolClient): Promise<{ position: number; hash: string }> {
  const [head] = await query<{ position: number; hash: string }>(
    client,
    `select position, encode(hash, 'hex') as hash from audit_entry where position is not null
     order by position desc limit 1`,
  );
  return head ?? { position: 0, hash: firstHash };
}
