import type { ReleaseState } from '../../domain/release/release.ts';
import type { Split } from '../../domain/split/split.ts';

export interface StoredSplit extends Split {
  /** The release whose candidate is on the traffic. */
  releaseId?: string;
}

export type SplitChangeKind = 'create' | 'raise' | 'promote' | 'rollback';

export interface HistoryRow extends StoredSplit {
  kind: SplitChangeKind;
  operationId: string;
  /** Digests of the revisions that this write took out; empty where it undid nothing. */
  tookOut: string[];
  leaseUntil?: string;
  reason: string;
  actor: string;
  at: string;
}

/** What a write of a split came to. */
export type SplitWriteResult =
  | { kind: 'written'; version: number }
  /** The same operation was written before, as this version. */
  | { kind: 'repeated'; version: number }
  /** The split is at another version than the writer expected. */
  | { kind: 'moved'; version: number }
  | { kind: 'not-progressing'; state: ReleaseState };

export interface LeaseRow {
  app: string;
  environment: string;
  releaseId: string;
  ttlMs: number;
  /** Since its last renewal, by the database's clock. */
  ageMs: number;
}
