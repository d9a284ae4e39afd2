import type { Pool } from 'pg';
import { checksOf, type CheckedLook } from '../../../activities/looks/explain/checks.ts';
import { listEvidence } from '../../../config-store/looks/list-evidence.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { guardStage } from '../../../domain/release/guard.ts';

/** The checks of a release's steps; those of its guard are of another split, and stand with the guard. */
export async function readChecks(db: Pool, release: ReleaseRow): Promise<CheckedLook[]> {
  const rows = await listEvidence(db, { releaseId: release.id });
  return checksOf(
    rows.filter(({ stage }) => stage !== guardStage),
    release,
  );
}
