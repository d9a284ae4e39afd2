import { CancellationScope, startChild, TemporalFailure } from '@temporalio/workflow';
import type { RaiseResult } from '../../activities/split/contract.ts';
import { store } from '../activities.ts';
import { beginStep } from '../canary/begin-step.ts';
import { whenProgressing } from '../canary/when-progressing.ts';
import { guard } from '../guard/guard.ts';
import { guardStart } from '../messages.ts';
import type { ReleaseRun } from './release-run.ts';
import type { StageResult } from './stage.ts';

/** The point of no return: the candidate becomes the stable revision, and no compensation runs after it. */
export async function finish(run: ReleaseRun): Promise<StageResult> {
  const { label } = run.opened;
  const { course } = run.progress;
  const last = course.steps.at(-1) ?? course.compare;
  beginStep(run, last);
  // Where it may not be written yet, what is measured on is the last step.
  const step = { ...last, stage: 'finish', bake: true };
  const version = await whenProgressing(run, step, () => promote(run));
  run.transition({ kind: 'promoted', version });
  if (course.guardMs !== undefined) await startGuard(run);
  return {
    outcome: 'pass',
    summary: `${label} is stable`,
    end: { outcome: 'promoted', reason: `${label} passed every stage` },
  };
}

/** It outlives the release, whose app is free now. Where it cannot be started, the reconciler sees to it. */
async function startGuard({ opened }: ReleaseRun): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() => startChild(guard, guardStart(opened)));
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

/** Not to be cancelled: an abort either comes before the transaction, which then refuses, or after the release. */
function promote({ opened, progress }: ReleaseRun): Promise<RaiseResult> {
  const args = { releaseId: opened.releaseId, expectedVersion: progress.splitVersion };
  return CancellationScope.nonCancellable(() =>
    store.promoteCandidate.executeWithOptions({ summary: 'Candidate becomes stable' }, [args]),
  );
}
