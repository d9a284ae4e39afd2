import { CancellationScope } from '@temporalio/workflow';
import type { RaiseResult } from '../../activities/split/contract.ts';
import { store } from '../activities.ts';
import { beginStep } from '../canary/begin-step.ts';
import { whenProgressing } from '../canary/when-progressing.ts';
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
  return {
    outcome: 'pass',
    summary: `${label} is stable`,
    end: { outcome: 'promoted', reason: `${label} passed every stage` },
  };
}

/** Not to be cancelled: an abort either comes before the transaction, which then refuses, or after the release. */
function promote({ opened, progress }: ReleaseRun): Promise<RaiseResult> {
  const args = { releaseId: opened.releaseId, expectedVersion: progress.splitVersion };
  return CancellationScope.nonCancellable(() =>
    store.promoteCandidate.executeWithOptions({ summary: 'Candidate becomes stable' }, [args]),
  );
}
