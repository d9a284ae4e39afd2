import type { PoolClient } from 'pg';
import type { AuditFinding } from '../../domain/audit/finding.ts';
import { heldTables } from '../../domain/audit/held-tables.ts';
import { query } from '../postgres/db.ts';

/** The triggers by which the database itself refuses what no program of Sluice does. */
const guards: readonly (readonly [table: string, trigger: string])[] = [
  ['audit_entry', 'audit_is_append_only'],
  ['audit_entry', 'audit_is_never_emptied'],
  ['audit_entry', 'audit_is_dated'],
  ['revision', 'revision_is_immutable'],
  ['policy', 'policy_is_append_only'],
  ['release', 'release_is_guarded'],
  ['release', 'release_keeps_its_terms'],
  ['command', 'command_is_its_givers'],
  ['split', 'stable_is_earned'],
  ['split', 'split_version_grows'],
  ['split', 'raise_is_approved'],
  ['release', 'promotion_is_approved'],
  ['approval', 'approval_is_append_only'],
  ['audit_entry', 'audit_opens_review'],
  ['eval_run', 'decided_run_stays'],
  ['eval_result', 'decided_results_stay'],
  ...heldTables.flatMap(({ name, appends = false }) => [
    [name, 'state_is_sealed'] as const,
    [name, 'state_is_never_emptied'] as const,
    ...(appends ? [[name, 'state_is_kept'] as const] : []),
  ]),
];

/** Those that are off, or gone. */
export async function checkGuards(client: PoolClient): Promise<AuditFinding[]> {
  const on = await query<{ readonly name: string }>(
    client,
    `select pg_catalog.concat(c.relname, '.', t.tgname) as name from pg_catalog.pg_trigger t
     join pg_catalog.pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and t.tgenabled in ('O', 'A') and pg_catalog.pg_table_is_visible(c.oid)`,
  );
  const names = new Set(on.map(({ name }) => name));
  return guards
    .filter(([table, trigger]) => !names.has(`${table}.${trigger}`))
    .map(([table, trigger]) => ({
      kind: 'guard-off',
      what: `The trigger ${trigger} of ${table} is off or gone: the database lets through what it must refuse.`,
    }));
}
