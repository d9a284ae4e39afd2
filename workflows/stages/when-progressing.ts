import { condition, patched } from '@temporalio/workflow';
import type { RaiseResult } from '../../activities/split/contract.ts';
import { newWaits, waitLeftMs } from './waits.ts';
import { isPaused, pauseLeftMs, readDecisions, type ReleaseContext } from '../release-context.ts';
import { ReleaseEnded, superseded } from '../release-ended.ts';
import { betweenLooks } from './between-looks.ts';
import { looksComeInBatches, measure } from './measure.ts';
import type { Measured } from './measured.ts';

/**
 * Writes the split as soon as the release may: while it is paused, has to be approved or a freeze holds, the weight that
 * holds goes on being measured, at which no raise can commit (invariant 5). Returns the version written; throws ReleaseEnded where somebody else has
 * written the split or ended the release.
 */
export async function whenProgressing(
  measured: Measured,
  write: () => Promise<RaiseResult>,
): Promise<number> {
  const { context } = measured;
  for (;;) {
    if (!isPaused(context)) {
      const seen = context.changes;
      const result = await write();
      if (result.kind === 'written') {
        measured.state.waits = undefined;
        return result.version;
      }
      if (result.kind === 'waiting') measured.state.waits = newWaits(measured, result);
      else await acceptRefusal(context, result);
      // Paused and resumed by what has just been read: nobody would tell of it again.
      const hasChanged = result.kind === 'not-progressing' && context.changes !== seen;
      if (hasChanged && !isPaused(context) && patched('resumed-while-refused')) continue;
    }
    await keepWatch(measured);
    await betweenLooks(measured);
  }
}

/** The database knew of a pause or an end before the workflow did. */
async function acceptRefusal(
  context: ReleaseContext,
  result: Exclude<RaiseResult, { kind: 'written' | 'waiting' }>,
): Promise<void> {
  await readDecisions(context);
  if (result.kind === 'moved') throw superseded(`the split moved to version ${result.version}`);
  if (result.state !== 'paused') throw superseded(`the release is ${result.state.replace('_', ' ')}`);
}

async function keepWatch(measured: Measured): Promise<void> {
  // Nothing of the candidate is served yet: there is nothing to look at.
  if (measured.context.progress.weight === 0) return untilChanged(measured);
  const look = await measure(measured, true);
  if (look?.verdict !== 'fail' && look?.verdict !== 'alarm') return;
  const { reason, guardrail } = look;
  const end = { outcome: 'rolled_back' as const, reason, ...(guardrail === undefined ? {} : { guardrail }) };
  throw new ReleaseEnded(end, 'fail');
}

async function untilChanged(measured: Measured): Promise<void> {
  const { context } = measured;
  const waitMs = waitLeftMs(measured);
  if (waitMs !== undefined) {
    const seen = context.changes;
    const summary = measured.state.waits?.says ?? '';
    await condition(() => context.changes !== seen, waitMs, { summary });
    return;
  }
  if (!looksComeInBatches()) return; // It waits for its next look, as if there were one.
  const seen = context.changes;
  await condition(() => context.changes !== seen, Math.max(1, pauseLeftMs(context)));
}
