import type { Pool } from 'pg';
import { labelsOf } from '../../config-store/revisions/labels-of.ts';
import { readWayBack } from '../../config-store/splits/rehearsal.ts';
import type { RollbackReadiness } from '../schemas/active.ts';

/** Where one press would go now, and whether that is known to answer; undefined before any stable. */
export async function rollbackReadiness(
  db: Pool,
  { app, environment }: { readonly app: string; readonly environment: string },
): Promise<RollbackReadiness | undefined> {
  const way = await readWayBack(db, { app, environment });
  if (way === undefined) return undefined;
  const digests = [
    ...way.skipped.map(({ revision }) => revision),
    ...(way.target === undefined ? [] : [way.target]),
  ];
  const labels = await labelsOf(db, { app, digests });
  const labelOf = (digest: string): string => labels.get(digest) ?? digest;
  // What was found of the target itself is its state.
  const skipped = way.skipped
    .filter(({ revision }) => revision !== way.target)
    .map(({ revision, reason }) => ({ revision: labelOf(revision), reason }));
  const { target, outcome, ageMs, reason } = way;
  if (target === undefined) return { state: 'none', skipped };
  return {
    state: outcome ?? 'untried',
    to: labelOf(target),
    ...(ageMs === undefined ? {} : { ageMs }),
    ...(reason === undefined ? {} : { reason }),
    skipped,
  };
}
