import type { ReleaseState } from '../../domain/release/release.ts';
import type { Split } from '../../domain/split/split.ts';

export interface StoredSplit extends Split {
  /** The release whose candidate is on the traffic. */
  readonly releaseId?: string;
}

export type SplitChangeKind = 'create' | 'raise' | 'promote' | 'rollback';

export interface HistoryRow extends StoredSplit {
  readonly kind: SplitChangeKind;
  readonly operationId: string;
  /** Digests of the revisions that this write took out; empty where it undid nothing. */
  readonly tookOut: string[];
  readonly leaseUntil?: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: string;
}

/** What a write of a split came to. */
export type SplitWriteResult =
  | { readonly kind: 'written'; readonly version: number }
  /** The same operation was written before, as this version. */
  | { readonly kind: 'repeated'; readonly version: number }
  /** The split is at another version than the writer expected. */
  | { readonly kind: 'moved'; readonly version: number }
  | { readonly kind: 'not-progressing'; readonly state: ReleaseState };

export interface LeaseRow {
  readonly app: string;
  readonly environment: string;
  readonly releaseId: string;
  readonly ttlMs: number;
  /** Since its last renewal, by the database's clock. */
  readonly ageMs: number;
}
