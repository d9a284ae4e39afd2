import type { RaiseResult } from '../../activities/contract.ts';
import { isPaused, readDecisions, type ReleaseContext } from '../release-context.ts';
import { ReleaseEnded, superseded } from '../release-ended.ts';
import { betweenLooks } from './between-looks.ts';
import { measure, type Measured } from './measure.ts';

/**
 * Writes the split as soon as the release may: while it is paused the weight that holds goes on being measured, at
 * which no raise can commit (invariant 5). Returns the version written; throws ReleaseEnded where somebody else has
 * written the split or ended the release.
 */
export async function whenProgressing(
  measured: Measured,
  write: () => Promise<RaiseResult>,
): Promise<number> {
  const { context } = measured;
  for (;;) {
    if (!isPaused(context)) {
      const result = await write();
      if (result.kind === 'written') return result.version;
      await acceptRefusal(context, result);
    }
    await keepWatch(measured);
    await betweenLooks(measured);
  }
}

/** The database knew of a pause or an end before the workflow did. */
async function acceptRefusal(
  context: ReleaseContext,
  result: Exclude<RaiseResult, { kind: 'written' }>,
): Promise<void> {
  await readDecisions(context);
  if (result.kind === 'moved') throw superseded(`the split moved to version ${result.version}`);
  if (result.state !== 'paused') throw superseded(`the release is ${result.state.replace('_', ' ')}`);
}

async function keepWatch(measured: Measured): Promise<void> {
  if (measured.context.progress.weight === 0) return; // Nothing of the candidate is served yet.
  const look = await measure(measured);
  if (look?.verdict !== 'fail' && look?.verdict !== 'alarm') return;
  throw new ReleaseEnded({ outcome: 'rolled_back', reason: look.reason }, 'fail');
}
