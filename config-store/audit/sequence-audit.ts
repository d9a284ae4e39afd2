import { Pool, type PoolClient } from 'pg';
import { sameSeal, sealEntry, type AuditKeys } from '../../domain/audit/keys.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { chainedColumns, chainHash, firstHash, hashedColumns, type ChainedEntry } from './audit-entry.ts';
import { auditKeysOf } from './audit-keys.ts';
import { query, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';

/** Entries chained in one transaction at most. */
const batchSize = 500;

/**
 * Gives audit entries that have committed their place in the chain, their hash and, where the pool has keys, their seal
 * (invariant 12), and says how many. Returns 0 at once while another session does it, and where the chain is sealed and
 * the pool has no key: what is left is chained by the next writer that may, or by the API's reconciler.
 * Throws `conflict` where the end of the chain does not hold by the pool's keys: nobody puts a seal on top of that.
 */
export async function sequenceAudit(db: Db): Promise<number> {
  const keys = auditKeysOf(db);
  let sequenced = 0;
  for (;;) {
    const batch = await inTransaction(db, (client) => sequenceBatch(client, keys));
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

async function sequenceBatch(client: PoolClient, keys: AuditKeys | undefined): Promise<number> {
  const turn = await query(client, 'select from audit_turn for update skip locked');
  if (turn.length === 0) return 0;
  const entries = await query<Omit<ChainedEntry, 'position' | 'hash'>>(
    client,
    `select ${hashedColumns}, xact::text as xact from audit_entry where position is null order by id
     limit ${batchSize}`,
  );
  if (entries.length === 0) return 0;
  const head = await readHead(client);
  if (keys === undefined && head?.mac !== undefined) return 0;
  if (keys !== undefined) await assertSealable(client, head, keys);
  let previous = head?.hash ?? firstHash;
  const links = entries.map((entry, i) => {
    const position = (head?.position ?? 0) + i + 1;
    const hash = chainHash(entry, position, previous);
    previous = hash;
    const seal = keys && { mac: sealEntry(keys[0], { position, hash, xact: entry.xact }), keyId: keys[0].id };
    return { id: entry.id, position, hash, ...seal };
  });
  await query(
    client,
    `update audit_entry set position = link.position, hash = decode(link.hash, 'hex'),
       mac = decode(link.mac, 'hex'), key_id = link."keyId"
     from jsonb_to_recordset($1) as link (id bigint, position bigint, hash text, mac text, "keyId" text)
     where audit_entry.id = link.id`,
    [JSON.stringify(links)],
  );
  return links.length;
}

async function readHead(client: PoolClient): Promise<ChainedEntry | undefined> {
  const [head] = await query<ChainedEntry>(
    client,
    `select ${chainedColumns} from audit_entry where position is not null order by position desc limit 1`,
  );
  return head;
}

/** A seal says that all below it holds; the end of the chain at least must, and by a key that is known here. */
async function assertSealable(client: Db, head: ChainedEntry | undefined, keys: AuditKeys): Promise<void> {
  if (head?.mac === undefined) return;
  const { mac, keyId = '' } = head;
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) {
    throw new SluiceError('conflict', `The audit chain is sealed by key ${keyId}, which is not known here.`, {
      remedy: 'Give it after the present one: SLUICE_AUDIT_KEY=NEW,FORMER.',
    });
  }
  if (!sameSeal(mac, sealEntry(key, head))) {
    throw new SluiceError('conflict', `Entry ${head.position}, the end of the audit chain, was changed.`, {
      remedy: 'See what else was: sluice audit --verify.',
    });
  }
  if (key === keys[0]) return;
  const [retired] = await query(client, 'select from audit_entry where key_id = $1 limit 1', [keys[0].id]);
  if (retired === undefined) return;
  throw new SluiceError('conflict', `The audit key ${keys[0].id} was replaced before, by ${keyId}.`, {
    remedy: 'Make another one: openssl rand -base64 32.',
  });
}
