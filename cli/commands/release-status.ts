import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { releaseBlock } from '../output/describe-release.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

/** Shows a release with its stages. */
export const releaseStatus: Command<{ id: string }> = async (context, { id }) => {
  const release = await context.api().get<ReleaseDetail>(`/v1/releases/${encodeURIComponent(id)}`);
  return done(releaseBlock(release, context.paint), { release }, release.id);
};
