import { assertValidSplit, type Counting } from '../../domain/split/split.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';
import type { SplitWriteResult } from './split-row.ts';

export interface SplitWrite {
  readonly app: string;
  readonly environment: string;
  readonly releaseId: string;
  /** Release and step: the same operation again returns what the first one stored. */
  readonly operationId: string;
  readonly expectedVersion: number;
  /** Digest; the release's revision. */
  readonly candidate: string;
  /** Percent, 0..100. */
  readonly weight: number;
  readonly salt: string;
  readonly counting: Counting;
  /** How long the candidate is served without a fresh judgement. */
  readonly ttlMs: number;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Puts a release's candidate on a share of the traffic, and begins its lease. Commits only while the release
 * progresses (invariant 5) and the split is at the expected version (invariant 6).
 */
export async function writeSplit(db: Db, write: SplitWrite): Promise<SplitWriteResult> {
  assertValidSplit(write);
  const { result } = await queryOne<{ readonly result: SplitWriteResult }>(
    db,
    'select raise_split($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as result',
    [
      write.app,
      write.environment,
      write.releaseId,
      write.operationId,
      write.expectedVersion,
      write.candidate,
      write.weight,
      write.salt,
      json(write.counting),
      write.ttlMs,
      write.actor,
      write.reason,
    ],
  );
  return result;
}
