import type { Pool } from 'pg';
import { readRevision } from '../../config-store/revisions/read-revision.ts';
import { readWayBack } from '../../config-store/splits/rehearsal.ts';
import type { RollbackReadiness } from '../schemas/active.ts';

/** Where one press would go now, and whether that is known to answer; undefined before any stable. */
export async function rollbackReadiness(
  db: Pool,
  { app, environment }: { app: string; environment: string },
): Promise<RollbackReadiness | undefined> {
  const way = await readWayBack(db, { app, environment });
  if (way === undefined) return undefined;
  const labelOf = async (digest: string) => (await readRevision(db, { app, ref: digest }))?.label ?? digest;
  const passedOver = way.skipped.filter(({ revision }) => revision !== way.target);
  const skipped = await Promise.all(
    // What was found of the target itself is its state.
    passedOver.map(async ({ revision, reason }) => ({ revision: await labelOf(revision), reason })),
  );
  const { target, outcome, ageMs, reason } = way;
  if (target === undefined) return { state: 'none', skipped };
  return {
    state: outcome ?? 'untried',
    to: await labelOf(target),
    ...(ageMs === undefined ? {} : { ageMs }),
    ...(reason === undefined ? {} : { reason }),
    skipped,
  };
}
