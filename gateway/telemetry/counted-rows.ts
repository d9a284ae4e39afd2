import type { ArmCounterRow } from '../../config-store/gateway-view/types.ts';
import { noArmCounts, type ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import { assignmentValidForMs } from '../routing/assignment-token.ts';
import type { Clock } from '../clock.ts';

/**
 * How long a row stays after its version was superseded: an assignment of that version may be reported as long as it
 * is valid, and another gateway may have signed it a little after this one had heard of the new version.
 */
const keptForMs = assignmentValidForMs + 10 * 60_000;

type RowKey = Pick<ArmCounterRow, 'app' | 'splitVersion' | 'arm'>;

interface Entry {
  /** Its key, as text: a request changes its counts some ten times. */
  readonly text: string;
  readonly row: ArmCounterRow;
  /** When this gateway first counted under a newer version of the app's split. */
  supersededMs: number | undefined;
  /** Gives its counts to be changed. One for all of its requests, which keep it for as long as they wait. */
  readonly touch: () => ArmCounts;
}

/** The cumulative counts that this process keeps, by app, split version and arm. */
export interface CountedRows {
  /**
   * What gives the counts of an arm to be changed, each time. Undefined under a version whose counts are forgotten:
   * what began again from zero would be written over what is stored.
   */
  open(key: RowKey): (() => ArmCounts) | undefined;
  /** Copies of the rows that changed since they were taken last. */
  takeChanged(): ArmCounterRow[];
  /** Marks rows as changed again whose write failed. */
  putBack(rows: readonly RowKey[]): void;
  /**
   * Forgets what is written and long superseded; for a moment at which no write is under way. A request that still
   * holds its counts brings them back, whole, when it changes them.
   */
  forgetSuperseded(): void;
}

/** Counts in memory; what a version came to is kept for a good day after the version was superseded. */
export function createCountedRows(clock: Clock): CountedRows {
  const entries = new Map<string, Entry>();
  const changed = new Set<Entry>();
  const newestVersion = new Map<string, number>();
  const forgottenUpTo = new Map<string, number>();

  const noteVersion = ({ app, splitVersion }: RowKey): void => {
    if (splitVersion <= (newestVersion.get(app) ?? -1)) return;
    newestVersion.set(app, splitVersion);
    for (const entry of entries.values()) if (entry.row.app === app) entry.supersededMs ??= clock.nowMs();
  };
  const entryOf = (key: RowKey): Entry | undefined => {
    const text = textOf(key);
    const known = entries.get(text);
    if (known !== undefined) return known;
    const { app, splitVersion, arm } = key;
    if (splitVersion <= (forgottenUpTo.get(app) ?? -1)) return undefined;
    noteVersion(key);
    const isOld = splitVersion < (newestVersion.get(app) ?? 0);
    const entry: Entry = {
      text,
      row: { app, splitVersion, arm, counts: noArmCounts() },
      supersededMs: isOld ? clock.nowMs() : undefined,
      touch() {
        markChanged(entry);
        return entry.row.counts;
      },
    };
    return entry;
  };
  const markChanged = (entry: Entry): void => {
    entries.set(entry.text, entry);
    changed.add(entry);
  };
  return {
    open: (key) => entryOf(key)?.touch,
    takeChanged() {
      const taken = [...changed];
      changed.clear();
      return taken.map(({ row }) => ({ ...row, counts: structuredClone(row.counts) }));
    },
    putBack(rows) {
      for (const key of rows) {
        const entry = entries.get(textOf(key));
        if (entry !== undefined) changed.add(entry);
      }
    },
    forgetSuperseded() {
      for (const [text, entry] of entries) {
        const { row, supersededMs } = entry;
        const isOver = supersededMs !== undefined && clock.nowMs() - supersededMs > keptForMs;
        if (!isOver || changed.has(entry)) continue;
        entries.delete(text);
        forgottenUpTo.set(row.app, Math.max(row.splitVersion, forgottenUpTo.get(row.app) ?? 0));
      }
    },
  };
}

function textOf({ app, splitVersion, arm }: RowKey): string {
  return `${app}/${splitVersion}/${arm}`;
}
