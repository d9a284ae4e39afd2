import { CancellationScope } from '@temporalio/workflow';
import type { RaiseResult } from '../../activities/split/contract.ts';
import { store } from '../activities.ts';
import { transition, type ReleaseContext } from '../release-context.ts';
import { newStepState } from '../step-state.ts';
import type { StageResult } from './stage.ts';
import { whenProgressing } from './when-progressing.ts';

/** The point of no return: the candidate becomes the stable revision, and no compensation runs after it. */
export async function finish(context: ReleaseContext): Promise<StageResult> {
  const { label } = context.opened;
  const { course } = context.progress;
  const last = course.steps.at(-1) ?? course.compare;
  const state = (context.step ??= newStepState(last, course.maxHoldMs));
  const { minExposures, holdMs } = last;
  const step = { stage: 'finish', minExposures, holdMs, bake: true };
  const version = await whenProgressing({ context, step, state }, () => promote(context));
  transition(context, { kind: 'promoted', version });
  return {
    outcome: 'pass',
    summary: `${label} is stable`,
    end: { outcome: 'promoted', reason: `${label} passed every stage` },
  };
}

/** Not to be cancelled: an abort either comes before the transaction, which then refuses, or after the release. */
function promote({ opened, progress }: ReleaseContext): Promise<RaiseResult> {
  const args = { releaseId: opened.releaseId, expectedVersion: progress.splitVersion };
  return CancellationScope.nonCancellable(() =>
    store.promoteCandidate.executeWithOptions({ summary: 'Candidate becomes stable' }, [args]),
  );
}
