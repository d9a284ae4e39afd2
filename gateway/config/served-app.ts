import type { Sampling, StoredSplit } from '../../config-store/gateway-view/types.ts';
import type { Guard } from '../../domain/split/guard.ts';
import { judgedShareOf } from '../../domain/split/audience.ts';
import type { Counting, Split } from '../../domain/split/split.ts';
import type { ServedRevision } from './bind-revision.ts';
import type { Lease } from './lease.ts';

/** What this gateway serves of an app: one value, exchanged as a whole. */
export interface ServedApp {
  readonly split: StoredSplit;
  readonly stable: ServedRevision;
  readonly candidate?: ServedRevision;
  readonly lease?: Lease;
  /** With the former stable revision, ready to serve: a part of the subjects stays on it. */
  readonly guard?: Guard & { readonly revision: ServedRevision };
  readonly sampling: Sampling;
  /** How many requests a second this gateway keeps; absent until the database has told. */
  readonly samplesPerSecond?: number;
  /** May requests be kept as they came, for a while? Absent until the database has told. */
  readonly keepsFresh?: boolean;
  /** Revisions that were stable and left by a promotion: conversations that began on them may end on them. */
  readonly formerStables: ReadonlyMap<string, ServedRevision>;
}

/** How requests are counted, while there is something to judge. */
export function countedBy({ guard, split }: Pick<ServedApp, 'guard' | 'split'>): Counting | undefined {
  return guard?.counting ?? split.counting;
}

/** The candidate's share of those by whom it is judged, in percent. */
export function judgedShare({ guard, split }: Pick<ServedApp, 'guard' | 'split'>): number {
  return guard?.weight ?? judgedShareOf(split);
}

const formerStablesKept = 4;

/**
 * The former stables after a change of split. A stable that its own candidate replaced was promoted away and joins
 * them; any other change of stable is a rollback, and what it took out serves nobody any more.
 */
export function formerStablesAfter(
  before: ServedApp | undefined,
  next: Split,
): ReadonlyMap<string, ServedRevision> {
  if (before === undefined) return new Map();
  const former = new Map(before.formerStables);
  const promoted = before.stable.digest !== next.stable && before.split.candidate === next.stable;
  if (promoted) former.set(before.stable.digest, before.stable);
  if (next.stable !== undefined) former.delete(next.stable);
  return new Map([...former].slice(-formerStablesKept));
}
