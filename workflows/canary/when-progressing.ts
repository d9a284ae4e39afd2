import { condition, patched } from '@temporalio/workflow';
import type { RaiseResult } from '../../activities/split/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { isServed } from '../../domain/release/progress.ts';
import { ReleaseEnded, superseded } from '../release/release-ended.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { betweenLooks } from './between-looks.ts';
import { looksComeInBatches, measure } from './measure.ts';
import { newWaits, waitLeftMs } from './waits.ts';

/**
 * Writes the split as soon as the release may: while it is paused, has to be approved or a freeze holds, the weight that
 * holds goes on being measured, at which no raise can commit (invariant 5). Returns the version written; throws
 * ReleaseEnded where somebody else has written the split or ended the release.
 */
export async function whenProgressing(
  run: ReleaseRun,
  step: Step,
  write: () => Promise<RaiseResult>,
): Promise<number> {
  for (;;) {
    if (!run.isPaused) {
      const seen = run.changes;
      const result = await write();
      if (result.kind === 'written') {
        run.changeStep({ waits: undefined });
        return result.version;
      }
      if (result.kind === 'waiting') run.changeStep({ waits: newWaits(run, result) });
      else await acceptRefusal(run, result);
      // Paused and resumed by what has just been read: nobody would tell of it again.
      const hasChanged = result.kind === 'not-progressing' && run.changes !== seen;
      if (hasChanged && !isPausedNow(run) && patched('resumed-while-refused')) continue;
    }
    await keepWatch(run, step);
    await betweenLooks(run);
  }
}

/** Asked again after a wait, in which anything may have happened. */
function isPausedNow(run: ReleaseRun): boolean {
  return run.isPaused;
}

/** The database knew of a pause or an end before the workflow did. */
async function acceptRefusal(
  run: ReleaseRun,
  result: Exclude<RaiseResult, { readonly kind: 'written' | 'waiting' }>,
): Promise<void> {
  await run.readDecisions();
  if (result.kind === 'moved') throw superseded(`the split moved to version ${result.version}`);
  if (result.state !== 'paused') throw superseded(`the release is ${result.state.replace('_', ' ')}`);
}

async function keepWatch(run: ReleaseRun, step: Step): Promise<void> {
  // Nothing of the candidate is served yet: there is nothing to look at.
  if (!isServed(run.progress)) return untilChanged(run);
  const look = await measure(run, step, true);
  if (look?.verdict !== 'fail' && look?.verdict !== 'alarm') return;
  const { reason, guardrail } = look;
  const end = { outcome: 'rolled_back' as const, reason, ...(guardrail === undefined ? {} : { guardrail }) };
  throw new ReleaseEnded(end, 'fail');
}

async function untilChanged(run: ReleaseRun): Promise<void> {
  const waitMs = waitLeftMs(run);
  const seen = run.changes;
  if (waitMs !== undefined) {
    const summary = run.stepRun.waits?.says ?? '';
    await condition(() => run.changes !== seen, waitMs, { summary });
    return;
  }
  if (!looksComeInBatches()) return; // It waits for its next look, as if there were one.
  await condition(() => run.changes !== seen, Math.max(1, run.pauseLeftMs()));
}
