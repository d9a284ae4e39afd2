import type { ApprovalState } from '../change-control/approvals.ts';
import { queryOne, type Db } from '../postgres/db.ts';

export interface CommandRefusal {
  readonly message: string;
  readonly hint?: string | null;
}

/** What a release would refuse now; what is null it would not. */
export interface ReleaseRefusals {
  readonly pause: CommandRefusal | null;
  readonly resume: CommandRefusal | null;
  readonly abort: CommandRefusal | null;
  /** Of a paused release: of a promotion that ends the pause. */
  readonly promote: CommandRefusal | null;
  readonly approve: 'author' | 'not-asked' | null;
  readonly rollback: string | null;
  /** What an approval binds; null where none is asked for. */
  readonly asked: Pick<
    ApprovalState,
    'stage' | 'revision' | 'planDigest' | 'evidence' | 'needed' | 'given'
  > | null;
  readonly split: {
    readonly version: number | null;
    /** The release's own share in percent. */
    readonly weight: number;
    /** That of its audience, while nobody else has it. */
    readonly audience?: number | null;
    readonly stable?: string | null;
    readonly candidate?: string | null;
  };
}

/** By the functions that refuse; `subject`: of whoever would approve. */
export async function readRefusals(
  db: Db,
  { releaseId, subject }: { readonly releaseId: string; readonly subject: string },
): Promise<ReleaseRefusals> {
  const { refusals } = await queryOne<{ readonly refusals: ReleaseRefusals }>(
    db,
    'select release_refusals($1, $2) as refusals',
    [releaseId, subject],
  );
  return refusals;
}
