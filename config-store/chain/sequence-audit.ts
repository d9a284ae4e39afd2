import { Pool, type PoolClient } from 'pg';
import { sameSeal, sealEntry, type AuditKeys } from '../../domain/audit/keys.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { committing, inSession } from '../connection/session.ts';
import { runStatement, type Db } from '../connection/statement.ts';
import { chainedColumns, chainHash, firstHash, hashedColumns, type ChainedEntry } from './audit-entry.ts';
import { auditKeysOf } from './audit-keys.ts';

/** Entries chained in one transaction at most. */
const batchSize = 500;

/**
 * Gives audit entries that have committed their place in the chain, their hash and, where the pool has keys, their seal
 * (invariant 12), and says how many. Leaves them to another session that is at it, which looks again when it is done;
 * and, where the chain is sealed and the pool has no key or the role may not, to the next writer that may, or the
 * API's reconciler.
 * Throws `conflict` where the end of the chain does not hold by the pool's keys: nobody puts a seal on top of that.
 */
export async function sequenceAudit(db: Db): Promise<number> {
  const keys = auditKeysOf(db);
  let sequenced = 0;
  while (await hasWork(db, keys)) {
    const batch = await (db instanceof Pool ? sequenceInSession(db, keys) : sequenceBatch(db, keys));
    if (batch === 'busy') break;
    sequenced += batch;
  }
  return sequenced;
}

/**
 * The same after a commit. A failure here must not make a change that has committed look undone: it is reported as a
 * warning, and the reconciler repeats it.
 */
export async function sequenceQuietly(db: Pool): Promise<void> {
  try {
    await sequenceAudit(db);
  } catch (error) {
    process.emitWarning(`The audit chain is not up to date: ${messageOf(error)}`, 'SluiceAuditWarning');
  }
}

/** Whether the pool's role may chain at all; told once. */
const mayChain = new WeakMap<Db, boolean>();

/**
 * Whether anything waits that this pool may chain. It is asked after each batch, without the turn: whoever has left an
 * entry to us because we had it, has committed that entry before.
 */
async function hasWork(db: Db, keys: AuditKeys | undefined): Promise<boolean> {
  if (db instanceof Pool) return (await inSession(db, (client) => waits(client, { of: db, keys }))).result;
  return waits(db, { of: db, keys });
}

async function waits(
  client: PoolClient,
  { of: db, keys }: { readonly of: Db; readonly keys: AuditKeys | undefined },
): Promise<boolean> {
  const may = mayChain.get(db) ?? (await askMayChain(client));
  mayChain.set(db, may);
  if (!may) return false;
  const [found] = await runStatement<{ readonly waits: boolean }>(
    client,
    `select exists (select from audit_entry where position is null) and ($1 or not exists (
         select from (select mac from audit_entry where position is not null order by position desc limit 1) head
         where mac is not null)) as waits`,
    [keys !== undefined],
  );
  return found?.waits === true;
}

async function askMayChain(client: PoolClient): Promise<boolean> {
  const [asked] = await runStatement<{ readonly may: boolean }>(
    client,
    `select has_column_privilege('audit_entry', 'position', 'update') as may`,
  );
  return asked?.may === true;
}

async function sequenceInSession(db: Pool, keys: AuditKeys | undefined): Promise<number | 'busy'> {
  const { result } = await inSession(db, (client) => committing(client, () => sequenceBatch(client, keys)));
  return result;
}

/** `busy`: another session has the turn. */
async function sequenceBatch(client: PoolClient, keys: AuditKeys | undefined): Promise<number | 'busy'> {
  const turn = await runStatement(client, 'select from audit_turn for update skip locked');
  if (turn.length === 0) return 'busy';
  const entries = await runStatement<Omit<ChainedEntry, 'position' | 'hash'>>(
    client,
    `select ${hashedColumns}, xact::text as xact from audit_entry where position is null order by id
     limit ${batchSize}`,
  );
  if (entries.length === 0) return 0;
  const head = await readHead(client);
  if (keys === undefined && head?.mac !== undefined) return 0;
  if (keys !== undefined) await assertSealable(client, head, keys);
  await chain(client, entries, { head, keys });
  return entries.length;
}

async function chain(
  client: PoolClient,
  entries: readonly Omit<ChainedEntry, 'position' | 'hash'>[],
  { head, keys }: { readonly head: ChainedEntry | undefined; readonly keys: AuditKeys | undefined },
): Promise<void> {
  let previous = head?.hash ?? firstHash;
  const links = entries.map((entry, i) => {
    const position = (head?.position ?? 0) + i + 1;
    const hash = chainHash(entry, position, previous);
    previous = hash;
    const seal = keys && { mac: sealEntry(keys[0], { position, hash, xact: entry.xact }), keyId: keys[0].id };
    return { id: entry.id, position, hash, ...seal };
  });
  await runStatement(
    client,
    `update audit_entry set position = link.position, hash = decode(link.hash, 'hex'),
       mac = decode(link.mac, 'hex'), key_id = link."keyId"
     from jsonb_to_recordset($1) as link (id bigint, position bigint, hash text, mac text, "keyId" text)
     where audit_entry.id = link.id`,
    [JSON.stringify(links)],
  );
}

async function readHead(client: PoolClient): Promise<ChainedEntry | undefined> {
  const [head] = await runStatement<ChainedEntry>(
    client,
    `select ${chainedColumns} from audit_entry where position is not null order by position desc limit 1`,
  );
  return head;
}

/** A seal says that all below it holds; the end of the chain at least must, and by a key that is known here. */
async function assertSealable(
  client: PoolClient,
  head: ChainedEntry | undefined,
  keys: AuditKeys,
): Promise<void> {
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
  const [retired] = await runStatement(client, 'select from audit_entry where key_id = $1 limit 1', [
    keys[0].id,
  ]);
  if (retired === undefined) return;
  throw new SluiceError('conflict', `The audit key ${keys[0].id} was replaced before, by ${keyId}.`, {
    remedy: 'Make another one: openssl rand -base64 32.',
  });
}
