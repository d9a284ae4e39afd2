import type { Pool } from 'pg';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { noStable } from '../../domain/refusals.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { isOpen } from '../../domain/release/release.ts';
import type { SplitActivities } from './contract.ts';
import { releaseActor, withdrawal } from './operation-ids.ts';

/** Takes a release's candidate out; does nothing where it serves nowhere any more and cannot come back. */
export async function withdraw(
  db: Pool,
  args: Parameters<SplitActivities['withdrawCandidate']>[0],
): Promise<{ readonly version: number }> {
  const { releaseId, ending, reason, condemns } = args;
  // What is taken out is the release's own, whatever a message names.
  const release = await requireRelease(db, releaseId);
  const { app, environment, revision } = release;
  const split = await readSplit(db, { app, environment });
  if (split === undefined) throw noStable(app, environment);
  if (isUndone(release, split)) return { version: split.version };
  const operationId = withdrawal(releaseId);
  const { version } = await rollback(db, {
    app,
    environment,
    takeOut: revision,
    operationId,
    actor: releaseActor,
    reason,
    ending,
    condemns,
  });
  return { version };
}

/** Nothing of it can come back: its end is past undoing, and another's rollback has fenced off every raise. */
export function isUndone(
  { state, revision }: Pick<ReleaseRow, 'state' | 'revision'>,
  { candidate }: { readonly candidate?: string | undefined },
): boolean {
  return !isOpen(state) || (candidate !== revision && state === 'rolling_back');
}
