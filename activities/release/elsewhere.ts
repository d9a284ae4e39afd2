import type { TemporalIdentity } from '../../config-store/releases/progress/note-temporal.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';

/** Does a release run in another Temporal than this one? Then whether its workflow is found here says nothing of it. */
export function runsElsewhere(
  { temporalCluster, temporalNamespace }: ReleaseRow,
  here: TemporalIdentity,
): boolean {
  if (temporalNamespace === undefined) return false; // Older than this note, or not started yet.
  if (temporalNamespace !== here.namespace) return true;
  return temporalCluster !== undefined && here.cluster !== undefined && temporalCluster !== here.cluster;
}
