import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { exitCodes } from '../../../domain/errors.ts';
import { releaseBlock } from '../../output/describe-release.ts';
import { done, waitsForApproval } from '../../output/outcome.ts';
import type { Command } from '../context.ts';

/** Shows a release with its stages; ends with 13 where it waits for an approval. */
export const releaseStatus: Command<{ readonly id: string }> = async (context, { id }) => {
  const release = await context.api().get<ReleaseDetail>(`/v1/releases/${encodeURIComponent(id)}`);
  const shown = done(releaseBlock(release, context.paint), { release }, release.id);
  if (!waitsForApproval(release)) return shown;
  return { ...shown, code: exitCodes.waiting, word: 'waiting_for_approval' };
};
