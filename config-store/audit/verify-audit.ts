import type { Pool, PoolClient } from 'pg';
import { createChainCheck, type ChainCheckOptions } from '../../domain/audit/chain-check.ts';
import { mostFindings, type AuditFinding } from '../../domain/audit/finding.ts';
import type { StateEntry } from '../../domain/audit/entry.ts';
import { heldTables } from '../../domain/audit/held-tables.ts';
import { createStateCheck } from '../../domain/audit/state-check.ts';
import { chainedColumns, hashedColumns, type ChainedEntry } from '../chain/audit-entry.ts';
import { query } from '../postgres/db.ts';
import { readEntries, type EntrySelection } from './read-entries.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { checkGuards } from './verify-guards.ts';
import { checkState } from './verify-state.ts';

export interface AuditFindings {
  readonly ok: boolean;
  /** Entries in the chain that hold, from the first one on. */
  readonly verified: number;
  /** Of these, those that a key of the verifier seals. */
  readonly sealed: number;
  /** Entries that have committed and have no place in the chain yet. */
  readonly pending: number;
  /** The hash of the last entry that holds. */
  readonly head: string;
  /** The newest head of those it was held against that is on the chain. */
  readonly confirmed?: number;
  /** The first place where the chain does not hold: an entry is missing, added or changed. */
  readonly brokenAt?: number;
  /** The first entry that does not hold: the one at that place, or the next one where that place is empty. */
  readonly found?: {
    readonly id: number;
    readonly position: number;
    readonly at: string;
    readonly actor: string;
    readonly action: string;
  };
  /** What is wrong, the first of it. */
  readonly findings: AuditFinding[];
}

/**
 * Recomputes the whole audit chain (invariant 12) with its seals, holds it against the heads that are given, and the
 * database's state against what the log says of it; all in one snapshot.
 */
export async function verifyAudit(db: Pool, options: ChainCheckOptions = {}): Promise<AuditFindings> {
  return inTransaction(db, async (client) => {
    await query(client, 'set transaction isolation level repeatable read, read only');
    return verifySnapshot(client, options);
  });
}

const chained: EntrySelection<ChainedEntry> = {
  columns: chainedColumns,
  order: 'position',
  placeOf: ({ position, id }) => [position, id],
};
const waiting: EntrySelection<StateEntry> = {
  columns: `${hashedColumns}, xact::text as xact`,
  order: 'id',
  placeOf: ({ id }) => [id, id],
};

/** The same, within a transaction whose statements all see the same. */
export async function verifySnapshot(client: PoolClient, options: ChainCheckOptions): Promise<AuditFindings> {
  // What digests of rows are over must not depend on the session.
  await set(client, { timezone: 'UTC', bytea_output: 'hex', extra_float_digits: '1' });
  const chain = createChainCheck(options);
  const state = createStateCheck(heldTables);
  const counted = await readEntries(client, chained, (entry) => {
    chain.next(entry);
    state.next(entry);
  });
  const pending = await readEntries(client, waiting, (entry) => {
    state.next(entry);
  });
  await checkState(client, state);
  const { findings: ofChain, found, ...result } = chain.end();
  const extra = await countExtra(client, counted);
  const findings = [...ofChain, ...extra, ...(await checkGuards(client)), ...state.end()];
  return {
    ...{ ok: findings.length === 0, ...result, pending, findings: findings.slice(0, mostFindings) },
    ...(found === undefined ? {} : { found: shown(found) }),
  };
}

function shown({ id, position, at, actor, action }: ChainedEntry) {
  return { id, position, at, actor, action };
}

/** For the rest of the transaction. */
async function set(client: PoolClient, settings: Record<string, string>): Promise<void> {
  const entries = JSON.stringify(settings);
  await query(client, 'select set_config(key, value, true) from jsonb_each_text($1)', [entries]);
}

/** An index that was tampered with would hide entries from the order by position. */
async function countExtra(client: PoolClient, counted: number): Promise<AuditFinding[]> {
  await set(client, { enable_indexscan: 'off', enable_indexonlyscan: 'off', enable_bitmapscan: 'off' });
  const [{ count } = { count: counted }] = await query<{ readonly count: number }>(
    client,
    'select count(*) as count from audit_entry where position is not null',
  );
  if (count === counted) return [];
  return [
    { kind: 'extra', what: `The log has ${count} entries, of which ${counted} are found by their places.` },
  ];
}
