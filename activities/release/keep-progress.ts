import type { Db } from '../../config-store/postgres/db.ts';
import { saveReleaseProgress } from '../../config-store/releases/progress/save-release-progress.ts';
import type { ProgressToKeep } from './contract.ts';

/** Keeps the state that a transition leaves, in that one's own transaction; runs of before send none. */
export async function keepProgress(
  client: Db,
  releaseId: string,
  kept: ProgressToKeep | undefined,
): Promise<void> {
  if (kept !== undefined) await saveReleaseProgress(client, { releaseId, ...kept });
}
