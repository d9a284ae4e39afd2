import type { StateEntry } from './entry.ts';
import { capital, nameOf } from './entry-words.ts';
import { collectFindings, type AuditFinding } from './finding.ts';
import { createHeldRows, sealSchema, type FoundRow } from './held-rows.ts';
import type { HeldTable } from './held-tables.ts';
import { createTogetherCheck } from './together-check.ts';

const releaseEnds = /^release\.(promoted|aborted|blocked|superseded|failed|rolled_back|inconclusive)$/;

/** What was under way when a release ended is still written down. */
const afterEndMs = 3_600_000;

/** Takes all entries in their order, then each table as it is; `end` says what does not agree. */
export interface StateCheck {
  next(entry: StateEntry): void;
  /** The lists of columns that the rows of a table are held over. */
  columnsOf(table: string): readonly (readonly string[])[];
  /** Rows of a table as they are; call it until all were given, then `gone`. */
  row(table: string, row: FoundRow): void;
  /** Once all rows of a table were given: those that the log has and that are not there. */
  gone(table: string): void;
  /** A release that has ended, by its row. Call it before the rows of `release` are given. */
  endedRelease(release: { readonly id: string; readonly state: string }): void;
  end(): AuditFinding[];
}

/**
 * Holds the rows of the database against the log, which has the digest of each. Entries and rows must be read in one
 * snapshot.
 */
export function createStateCheck(tables: readonly HeldTable[]): StateCheck {
  const { findings, tell } = collectFindings();
  const rows = createHeldRows(tables, tell);
  const together = createTogetherCheck((name) => rows.tableOf(name), tell);
  const ends = createReleaseEnds();
  let hasBegun = false;

  function takeSeal(entry: StateEntry): void {
    const seal = sealSchema.safeParse(entry.details);
    if (!seal.success) {
      tell('changed', `${capital(nameOf(entry))} does not say what it seals.`, entry.position);
      return;
    }
    const { table, baseline = false } = seal.data;
    const changes = rows.take(entry, seal.data);
    if (changes === undefined) return;
    const leavesRows = Object.values(seal.data.rows).some((digest) => digest !== '');
    if (rows.tableOf(table)?.ofRelease === true && leavesRows && ends.isLongBefore(entry)) {
      const what = `${capital(nameOf(entry))} writes ${table} of a release that had ended.`;
      tell('state-rewritten', what, entry.position);
    }
    if (!baseline) together.sealed(entry, table, changes);
  }

  function takeAct(entry: StateEntry): void {
    if (entry.action === 'audit.began') {
      if (hasBegun)
        tell('state-rewritten', `${capital(nameOf(entry))} says that the log begins anew.`, entry.position);
      hasBegun = true;
    }
    ends.note(entry);
    together.act(entry);
  }

  return {
    next(entry) {
      if (entry.action === 'state.sealed') takeSeal(entry);
      else takeAct(entry);
    },
    columnsOf: (table) => rows.columnsOf(table),
    row(table, row) {
      rows.compare(table, row);
    },
    gone(table) {
      rows.gone(table);
    },
    endedRelease({ id, state }) {
      if (rows.isBaseline('release', id) || ends.isSaid(id, state)) return;
      tell('past-sluice', `Release ${id} is ${state}, and no entry of the log says who ended it.`);
    },
    end() {
      together.tellEnd();
      return findings;
    },
  };
}

/** What the log says of how releases ended, and when. */
function createReleaseEnds() {
  const said = new Set<string>();
  const endedAtMs = new Map<string, number>();
  return {
    note({ releaseId, action, at }: StateEntry): void {
      if (releaseId === undefined) return;
      said.add(`${releaseId} ${action}`);
      if (releaseEnds.test(action)) endedAtMs.set(releaseId, Date.parse(at));
    },
    isSaid: (id: string, state: string) => said.has(`${id} release.${state}`),
    /** Had the entry's release ended so long before that nothing of it is written down any more? */
    isLongBefore({ releaseId = '', at }: StateEntry): boolean {
      const endMs = endedAtMs.get(releaseId);
      return endMs !== undefined && Date.parse(at) > endMs + afterEndMs;
    },
  };
}
