import { randomUUID } from 'node:crypto';
import { isOpen } from '../../domain/release/release.ts';
import type { ReleaseFacts } from './facts.ts';

/** With when they were read, by the process's monotonic clock: what they say of ages is older by what has passed since. */
export interface KnownFacts extends ReleaseFacts {
  readonly readAtMs: number;
}

/** Something that has changed; `sequence` grows by one with each. */
export type BoardChange = { readonly sequence: number } & (
  | { readonly kind: 'release'; readonly known: KnownFacts }
  | { readonly kind: 'app'; readonly app: string; readonly environment: string }
);

/** Where a watcher begins: what it has missed, or all that is open now. */
export type BoardStart =
  | { readonly kind: 'missed'; readonly changes: readonly BoardChange[] }
  | { readonly kind: 'snapshot'; readonly sequence: number; readonly open: readonly KnownFacts[] };

/** So many changes can be missed and still be told one by one. */
const mostKept = 1_000;

/** What is known of all open releases, and the newest changes in their order. Each is handed to `tell` as it is noted. */
export function createBoardLog(tell: (change: BoardChange) => void) {
  const open = new Map<string, KnownFacts>();
  const kept: BoardChange[] = [];
  let sequence = 0;

  function note(change: BoardChange): void {
    sequence = change.sequence;
    kept.push(change);
    if (kept.length > mostKept) kept.shift();
    tell(change);
  }

  const snapshot = (): BoardStart => ({ kind: 'snapshot', sequence, open: [...open.values()] });

  return {
    /** Of this process and no other: a place in another's sequence means nothing here. */
    epoch: randomUUID().slice(0, 8),
    sequence: () => sequence,
    open: (): readonly KnownFacts[] => [...open.values()],
    snapshot,
    /** A release as it was read. `evenIfSame`: somebody told of a change, if only of how fresh it is. */
    take(known: KnownFacts, evenIfSame: boolean): void {
      const { id, state } = known.row;
      const before = open.get(id);
      if (isOpen(state)) open.set(id, known);
      else open.delete(id);
      if (evenIfSame || before === undefined || looksOf(before) !== looksOf(known))
        note({ sequence: sequence + 1, kind: 'release', known });
    },
    /** What serves an app has changed. */
    takeSplit: (app: string, environment: string): void => {
      note({ sequence: sequence + 1, kind: 'app', app, environment });
    },
    /** `after`: the last sequence that a watcher has heard of. */
    startAfter(after: number | undefined): BoardStart {
      if (after === undefined || after > sequence) return snapshot();
      const changes = kept.filter((change) => change.sequence > after);
      return changes.length === sequence - after ? { kind: 'missed', changes } : snapshot();
    },
  };
}

/** What a line shows of it, but for how old it is. */
function looksOf({ row, health }: ReleaseFacts): string {
  const { ageMs: _age, updatedAgeMs: _updated, at: _at, progress: _progress, ...shown } = row;
  const { condition, says, weight, audience, gateways, waitingFor, waitingUntil } = health ?? {};
  return JSON.stringify([
    shown,
    condition,
    says?.length,
    weight,
    audience,
    gateways,
    waitingFor,
    waitingUntil,
  ]);
}
