import { z } from 'zod';
import type { StateEntry } from './entry.ts';
import { capital, nameOf } from './entry-words.ts';
import type { Tell } from './finding.ts';
import type { HeldTable } from './held-tables.ts';

/** What an entry `state.sealed` says of the rows that a transaction wrote. */
export const sealSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  /** Digest of each row by its key; the empty text for one that is gone. */
  rows: z.record(z.string(), z.string()),
  /** Of what was there when the log began to hold the table. */
  baseline: z.boolean().optional(),
});
export type Seal = z.infer<typeof sealSchema>;

/** What became of a row. */
export type RowChange = 'made' | 'changed' | 'gone';

/** A row as the verification has read it: its key, and its digest over each list of columns that the log names. */
export interface FoundRow {
  readonly key: string;
  readonly digests: readonly string[];
}

/** The rows that the log has, each as it was sealed last. */
export interface HeldRows {
  /** What became of the rows of a seal; undefined where it is of a table that the log does not hold. */
  take(entry: StateEntry, seal: Seal): ReadonlySet<RowChange> | undefined;
  tableOf(name: string): HeldTable | undefined;
  /** The lists of columns that the rows of a table are held over. */
  columnsOf(table: string): readonly (readonly string[])[];
  isBaseline(table: string, key: string): boolean;
  /** Compares a row as it is. Call it for all of a table, then `gone`. */
  compare(table: string, row: FoundRow): void;
  /** Tells of the rows that the log has and that were not compared. */
  gone(table: string): void;
}

interface HeldRow {
  readonly digest: string;
  /** Which of the table's lists of columns it is over. */
  readonly list: number;
  readonly xact: string | undefined;
  readonly isBaseline: boolean;
  readonly entryId: number;
  readonly writes: number;
}

interface Held {
  readonly table: HeldTable;
  readonly rows: Map<string, HeldRow>;
  readonly columns: string[][];
  /** By an entry that is no baseline. */
  isWritten: boolean;
}

/** Tells of rows that are not as their newest seal says, and of seals that the table's rules do not allow. */
export function createHeldRows(tables: readonly HeldTable[], tell: Tell): HeldRows {
  const held = new Map(tables.map((table) => [table.name, newHeld(table)]));
  return {
    take(entry, { table: name, columns, rows, baseline = false }) {
      const of = held.get(name);
      if (of === undefined) return undefined;
      if (baseline && of.isWritten) {
        tell('state-rewritten', `${capital(nameOf(entry))} writes down ${name} anew.`, entry.position);
      }
      of.isWritten ||= !baseline;
      const list = listOf(of.columns, columns);
      const changes = new Set<RowChange>();
      for (const [key, digest] of Object.entries(rows)) {
        const before = of.rows.get(key);
        changes.add(changeOf(before?.digest, digest));
        const writes = (before?.writes ?? 0) + 1;
        tellBrokenRules(entry, { table: of.table, key, before, digest, writes }, tell);
        of.rows.set(key, { digest, list, xact: entry.xact, isBaseline: baseline, entryId: entry.id, writes });
      }
      return changes;
    },
    tableOf: (name) => held.get(name)?.table,
    columnsOf: (name) => held.get(name)?.columns ?? [],
    isBaseline: (name, key) => held.get(name)?.rows.get(key)?.isBaseline === true,
    compare(name, { key, digests }) {
      const rows = held.get(name)?.rows;
      const known = rows?.get(key);
      if (known === undefined || known.digest === '') {
        tell('state-unknown', `${name} ${key} is there, and the log knows nothing of it.`);
      } else if (digests[known.list] !== known.digest) {
        tell('state-changed', `${name} ${key} is not as the log has it (entry id ${known.entryId}).`);
      }
      rows?.delete(key);
    },
    gone(name) {
      for (const [key, { digest, entryId }] of held.get(name)?.rows ?? []) {
        if (digest === '') continue;
        tell('state-gone', `${name} ${key} is gone; the log has it (entry id ${entryId}).`);
      }
    },
  };
}

function newHeld(table: HeldTable): Held {
  return { table, rows: new Map(), columns: [], isWritten: false };
}

/** The place of a list of columns among those that are known, to which it is added where it is new. */
function listOf(known: string[][], columns: string[]): number {
  const place = known.findIndex((list) => list.join() === columns.join());
  return place === -1 ? known.push(columns) - 1 : place;
}

function changeOf(before: string | undefined, after: string): RowChange {
  if (after === '') return 'gone';
  return before === undefined || before === '' ? 'made' : 'changed';
}

/** Rows that never change, and rows that are written only so often. */
function tellBrokenRules(
  entry: StateEntry,
  written: {
    readonly table: HeldTable;
    readonly key: string;
    readonly before: HeldRow | undefined;
    readonly digest: string;
    readonly writes: number;
  },
  tell: Tell,
): void {
  const { table, key, before, digest, writes } = written;
  const { name, appends = false, mostWrites = Number.POSITIVE_INFINITY } = table;
  const isSame = before?.xact !== undefined && before.xact === entry.xact;
  if (appends && !isSame && (before !== undefined || digest === '')) {
    const what = `${name} ${key} was changed or deleted by ${nameOf(entry)}; it never is.`;
    tell('state-rewritten', what, entry.position);
  }
  if (digest !== '' && writes > mostWrites) {
    tell('state-rewritten', `${name} ${key} was written once more by ${nameOf(entry)}.`, entry.position);
  }
}
