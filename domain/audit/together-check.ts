import type { StateEntry } from './entry.ts';
import { capital, nameOf } from './entry-words.ts';
import type { Tell } from './finding.ts';
import type { RowChange } from './held-rows.ts';
import { actsOfTables, type HeldTable } from './held-tables.ts';
import { isPastTheRules } from './past-the-rules.ts';

/** A migration may change rows, and says so with one of these. */
const byMigrations = new Set(['audit.began', 'audit.migrated']);

/** What the entries of one transaction say: what was done, and which rows were changed with it. */
interface Together {
  readonly acts: string[];
  /** By table. */
  readonly sealed: Map<string, Set<RowChange>>;
  readonly nameOf: string;
  /** The entry of something that was done past the rules. */
  pastTheRules?: string;
}

/** Rows are changed by nothing that the log does not name, and what it names has changed rows. */
export interface TogetherCheck {
  /** An entry that says what was done. */
  act(entry: StateEntry): void;
  /** An entry that says what became of rows of a table. */
  sealed(entry: StateEntry, table: string, changes: ReadonlySet<RowChange>): void;
  /** After the last entry. */
  tellEnd(): void;
}

/** Entries without a transaction are older than this rule. */
export function createTogetherCheck(
  tableOf: (name: string) => HeldTable | undefined,
  tell: Tell,
): TogetherCheck {
  const transactions = new Map<string, Together>();
  let demands = false;

  function togetherOf(entry: StateEntry, xact: string): Together {
    const known = transactions.get(xact);
    if (known !== undefined) return known;
    const made: Together = { acts: [], sealed: new Map(), nameOf: nameOf(entry) };
    transactions.set(xact, made);
    return made;
  }

  return {
    act(entry) {
      if (entry.xact === undefined) return;
      const together = togetherOf(entry, entry.xact);
      if (entry.action === 'audit.migrated' && entry.details['demands'] === 'reviews') demands = true;
      // Before that nobody wrote down what belongs to it.
      if (demands && isPastTheRules(entry)) together.pastTheRules = nameOf(entry);
      if (demands || entry.action !== 'token.exchanged') together.acts.push(entry.action);
    },
    sealed(entry, table, changes) {
      if (entry.xact === undefined) return;
      const { sealed } = togetherOf(entry, entry.xact);
      sealed.set(table, new Set([...(sealed.get(table) ?? []), ...changes]));
    },
    tellEnd() {
      for (const together of transactions.values()) {
        if (together.acts.some((action) => byMigrations.has(action))) continue;
        tellUnsaid(together, tableOf, tell);
        tellNothingDone(together, tell);
        tellUnreviewed(together, tell);
      }
    },
  };
}

function tellUnsaid(
  { acts, sealed, nameOf: name }: Together,
  tableOf: (name: string) => HeldTable | undefined,
  tell: Tell,
): void {
  for (const [table, changes] of sealed) {
    const rules = tableOf(table);
    if ([...changes].every((change) => rules === undefined || saysOf(rules, change, acts))) continue;
    tell(
      'past-sluice',
      `Rows of ${table} were changed past Sluice: ${name} comes with no entry that says who did it.`,
    );
  }
}

/** Is there an entry that says who did it? */
function saysOf(
  { acts, changes = acts, expires = false }: HeldTable,
  change: RowChange,
  said: string[],
): boolean {
  const expected = change === 'made' ? acts : changes;
  if (expected === undefined || (change === 'gone' && expires)) return true;
  return said.some((act) => expected.test(act));
}

function tellNothingDone({ acts, sealed, nameOf: name }: Together, tell: Tell): void {
  for (const act of acts) {
    const of = actsOfTables.find(({ action }) => action.test(act));
    if (of === undefined || sealed.has(of.table)) continue;
    tell('nothing-done', `The log says ${act} (${name}), and nothing of ${of.table} was changed with it.`);
  }
}

function tellUnreviewed({ pastTheRules, sealed }: Together, tell: Tell): void {
  if (pastTheRules === undefined || sealed.get('review')?.has('made') === true) return;
  tell('unreviewed', `${capital(pastTheRules)} was past the rules, and no review was opened with it.`);
}
