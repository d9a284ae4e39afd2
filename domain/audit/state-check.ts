import { z } from 'zod';
import type { HashedEntry } from './entry.ts';
import type { AuditFinding, FindingKind } from './finding.ts';
import { actsOfTables, type HeldTable } from './held-tables.ts';
import { isPastTheRules } from './past-the-rules.ts';

const releaseEnds = /^release\.(promoted|aborted|blocked|superseded|failed|rolled_back|inconclusive)$/;
/** A migration may change rows, and says so with one of these. */
const byMigrations = new Set(['audit.began', 'audit.migrated']);

/** What was under way when a release ended is still written down. */
const afterEndMs = 3_600_000;

const sealSchema = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  /** Digest of each row by its key; the empty text for one that is gone. */
  rows: z.record(z.string(), z.string()),
  /** Of what was there when the log began to hold the table. */
  baseline: z.boolean().optional(),
});
type Seal = z.infer<typeof sealSchema>;

interface HeldRow {
  digest: string;
  /** Which of the table's lists of columns it is over. */
  list: number;
  xact: string | undefined;
  isBaseline: boolean;
  entryId: number;
  writes: number;
}

/** What became of a row. */
type Change = 'made' | 'changed' | 'gone';

interface Together {
  acts: string[];
  /** By table. */
  sealed: Map<string, Set<Change>>;
  nameOf: string;
  /** The entry of something that was done past the rules. */
  pastTheRules?: string;
}

export type StateEntry = HashedEntry & { xact?: string; position?: number };

/** A row as the verification has read it: its key, and its digest over each list of columns that the log names. */
export interface FoundRow {
  key: string;
  digests: readonly string[];
}

/**
 * Holds the rows of the database against the log, which has the digest of each: `next` takes all entries in their order,
 * then `rows` takes each table as it is, and `end` says what does not agree. Both must be read in one snapshot.
 */
export function createStateCheck(tables: readonly HeldTable[]) {
  const findings: AuditFinding[] = [];
  const held = new Map(tables.map((table) => [table.name, { table, rows: new Map<string, HeldRow>() }]));
  const lists = new Map(tables.map(({ name }) => [name, [] as string[][]]));
  const written = new Set<string>();
  let hasBegun = false;
  let demands = false;
  const transactions = new Map<string, Together>();
  const ended = new Set<string>();
  const endedAtMs = new Map<string, number>();

  const tell = (kind: FindingKind, what: string, position?: number): void => {
    findings.push({ kind, what, ...(position === undefined ? {} : { position }) });
  };

  const togetherOf = (entry: StateEntry, xact: string): Together => {
    const known = transactions.get(xact);
    if (known !== undefined) return known;
    const made: Together = { acts: [], sealed: new Map(), nameOf: nameOf(entry) };
    transactions.set(xact, made);
    return made;
  };

  const listOf = (table: string, columns: string[]): number => {
    const known = lists.get(table) ?? [];
    const place = known.findIndex((list) => list.join() === columns.join());
    if (place !== -1) return place;
    known.push(columns);
    lists.set(table, known);
    return known.length - 1;
  };

  const checkTime = (entry: StateEntry, { name, ofRelease = false }: HeldTable, digests: string[]): void => {
    const endMs = ofRelease ? endedAtMs.get(entry.releaseId ?? '') : undefined;
    if (endMs === undefined || digests.every((digest) => digest === '')) return;
    if (Date.parse(entry.at) <= endMs + afterEndMs) return;
    tell(
      'state-rewritten',
      `${capital(nameOf(entry))} writes ${name} of a release that had ended.`,
      entry.position,
    );
  };

  const takeSeal = (entry: StateEntry, { table: name, columns, rows, baseline = false }: Seal): void => {
    const of = held.get(name);
    if (of === undefined) return;
    if (baseline && written.has(name)) {
      tell('state-rewritten', `${capital(nameOf(entry))} writes down ${name} anew.`, entry.position);
    }
    if (!baseline) written.add(name);
    const list = listOf(name, columns);
    const changes = new Set<Change>();
    for (const [key, digest] of Object.entries(rows)) {
      const before = of.rows.get(key);
      changes.add(changeOf(before?.digest, digest));
      const isSame = before?.xact !== undefined && before.xact === entry.xact;
      if (of.table.appends === true && !isSame && (before !== undefined || digest === '')) {
        tell(
          'state-rewritten',
          `${name} ${key} was changed or deleted by ${nameOf(entry)}; it never is.`,
          entry.position,
        );
      }
      const writes = (before?.writes ?? 0) + 1;
      if (digest !== '' && writes > (of.table.mostWrites ?? Number.POSITIVE_INFINITY)) {
        tell('state-rewritten', `${name} ${key} was written once more by ${nameOf(entry)}.`, entry.position);
      }
      of.rows.set(key, { digest, list, xact: entry.xact, isBaseline: baseline, entryId: entry.id, writes });
    }
    checkTime(entry, of.table, Object.values(rows));
    if (baseline || entry.xact === undefined) return;
    const { sealed } = togetherOf(entry, entry.xact);
    sealed.set(name, new Set([...(sealed.get(name) ?? []), ...changes]));
  };

  const takeAct = (entry: StateEntry): void => {
    if (entry.xact === undefined) return;
    const together = togetherOf(entry, entry.xact);
    if (entry.action === 'audit.migrated' && entry.details['demands'] === 'reviews') demands = true;
    // Before that nobody wrote down what belongs to it.
    if (demands && isPastTheRules(entry)) together.pastTheRules = nameOf(entry);
    if (demands || entry.action !== 'token.exchanged') together.acts.push(entry.action);
  };

  const checkTogether = (): void => {
    for (const { acts, sealed, nameOf: name, pastTheRules } of transactions.values()) {
      if (acts.some((action) => byMigrations.has(action))) continue;
      for (const [table, changes] of sealed) {
        const rules = held.get(table)?.table;
        const isSaid = [...changes].every((change) => rules === undefined || saysOf(rules, change, acts));
        if (isSaid) continue;
        tell(
          'past-sluice',
          `Rows of ${table} were changed past Sluice: ${name} comes with no entry that says who did it.`,
        );
      }
      for (const act of acts) {
        const of = actsOfTables.find(({ action }) => action.test(act));
        if (of === undefined || sealed.has(of.table)) continue;
        tell(
          'nothing-done',
          `The log says ${act} (${name}), and nothing of ${of.table} was changed with it.`,
        );
      }
      if (pastTheRules === undefined || sealed.get('review')?.has('made') === true) continue;
      tell('unreviewed', `${capital(pastTheRules)} was past the rules, and no review was opened with it.`);
    }
  };

  return {
    next(entry: StateEntry): void {
      if (entry.action === 'state.sealed') {
        const seal = sealSchema.safeParse(entry.details);
        if (seal.success) takeSeal(entry, seal.data);
        else tell('changed', `${capital(nameOf(entry))} does not say what it seals.`, entry.position);
        return;
      }
      if (entry.action === 'audit.began') {
        if (hasBegun)
          tell('state-rewritten', `${capital(nameOf(entry))} says that the log begins anew.`, entry.position);
        hasBegun = true;
      }
      if (entry.releaseId !== undefined) {
        ended.add(`${entry.releaseId} ${entry.action}`);
        if (releaseEnds.test(entry.action)) endedAtMs.set(entry.releaseId, Date.parse(entry.at));
      }
      takeAct(entry);
    },

    /** The lists of columns that the rows of a table are held over. */
    columnsOf: (table: string): readonly (readonly string[])[] => lists.get(table) ?? [],

    /** Rows of a table as they are; call it until all were given, then `gone`. */
    row(name: string, { key, digests }: FoundRow): void {
      const rows = held.get(name)?.rows;
      const known = rows?.get(key);
      if (known === undefined || known.digest === '') {
        tell('state-unknown', `${name} ${key} is there, and the log knows nothing of it.`);
      } else if (digests[known.list] !== known.digest) {
        tell('state-changed', `${name} ${key} is not as the log has it (entry id ${known.entryId}).`);
      }
      rows?.delete(key);
    },

    /** Once all rows of a table were given: those that the log has and that are not there. */
    gone(name: string): void {
      for (const [key, { digest, entryId }] of held.get(name)?.rows ?? []) {
        if (digest === '') continue;
        tell('state-gone', `${name} ${key} is gone; the log has it (entry id ${entryId}).`);
      }
    },

    /** A release that has ended, by its row. Call it before the rows of `release` are given. */
    endedRelease({ id, state }: { id: string; state: string }): void {
      if (held.get('release')?.rows.get(id)?.isBaseline === true) return;
      if (ended.has(`${id} release.${state}`)) return;
      tell('past-sluice', `Release ${id} is ${state}, and no entry of the log says who ended it.`);
    },

    end(): AuditFinding[] {
      checkTogether();
      return findings;
    },
  };
}

export type StateCheck = ReturnType<typeof createStateCheck>;

function changeOf(before: string | undefined, after: string): Change {
  if (after === '') return 'gone';
  return before === undefined || before === '' ? 'made' : 'changed';
}

/** Is there an entry that says who did it? */
function saysOf(
  { acts, changes = acts, expires = false }: HeldTable,
  change: Change,
  said: string[],
): boolean {
  const expected = change === 'made' ? acts : changes;
  if (expected === undefined || (change === 'gone' && expires)) return true;
  return said.some((act) => expected.test(act));
}

function nameOf({ id, position, at, actor, action }: StateEntry): string {
  const place = position === undefined ? `entry id ${id}` : `entry ${position}`;
  return `${place} (${at} ${actor} ${action})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
