import { query, type Db } from '../postgres/db.ts';

/** An approval as it was given, whatever became of it. */
export interface ApprovalRow {
  readonly stage: string;
  readonly revision: string;
  readonly planDigest: string;
  readonly evidence: string;
  readonly actor: string;
  readonly subject: string;
  readonly reason?: string;
  readonly at: string;
  readonly expiresAt: string;
  /** When the stage began by it. */
  readonly usedAt?: string;
}

/** Every approval of a release, oldest first. */
export function listApprovals(db: Db, releaseId: string): Promise<ApprovalRow[]> {
  return query<ApprovalRow>(
    db,
    `select stage, revision, plan_digest as "planDigest", evidence, actor, subject, reason, created_at as at,
       expires_at as "expiresAt", used_at as "usedAt" from approval where release_id = $1 order by id`,
    [releaseId],
  );
}
