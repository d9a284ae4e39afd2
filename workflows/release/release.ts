import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  patched,
  setHandler,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReleaseOutcome } from '../../activities/release/contract.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { store } from '../activities.ts';
import { requireInput } from '../gates/require-input.ts';
import {
  abortSignal,
  pauseSignal,
  resumeSignal,
  statusQuery,
  wakeSignal,
  type ReleaseInput,
} from '../messages.ts';
import { stageTable } from '../stages.ts';
import { compensate } from './compensations.ts';
import { followDecisions } from './decisions.ts';
import { endRun } from './end-run.ts';
import { Inbox } from './inbox.ts';
import { openRun } from './open-run.ts';
import { ReleaseEnded } from './release-ended.ts';
import type { ReleaseRun } from './release-run.ts';
import { runStage } from './run-stage.ts';
import { sentenceOf } from './sentence-of.ts';
import { publish, statusNow } from './visibility.ts';

/**
 * One attempt to make a revision the stable one of an app: the stages of the table in their order, and at the end the
 * candidate is either stable or taken out, whatever happened. Fails where the release could not be decided.
 */
export async function release(given?: ReleaseInput | null): Promise<ReleaseOutcome> {
  const input = requireInput(
    given,
    'an app and a revision, or the id of a release: {"app": …, "revision": …}',
  );
  requireOwnWorkflowId(input.app);
  const inbox = new Inbox();
  setHandler(wakeSignal, () => {
    inbox.woken = true;
  });
  setHandler(pauseSignal, () => {
    inbox.receive('pause');
  });
  setHandler(resumeSignal, () => {
    inbox.receive('resume');
  });
  setHandler(abortSignal, () => {
    inbox.receive('abort');
  });
  const run = await openRun(input, inbox);
  setHandler(statusQuery, () => statusNow(run));
  followDecisions(run).catch((error: unknown) => {
    giveUp(run, error);
  });
  const end = await walk(run);
  return CancellationScope.nonCancellable(() => close(run, end));
}

/** One workflow id for each app is one of the two locks (invariant 3). */
function requireOwnWorkflowId(app: string): void {
  const { workflowId } = workflowInfo();
  if (workflowId === releaseWorkflowId(app)) return;
  throw ApplicationFailure.nonRetryable(
    `A release of ${app} has the workflow id "${releaseWorkflowId(app)}", not "${workflowId}".`,
    'invalid_request',
  );
}

/** Walks the stage table from where the release is, and returns how the release ends. */
async function walk(run: ReleaseRun): Promise<ReleaseOutcome> {
  const stages = stageTable(run.progress.course);
  try {
    for (let index = run.progress.stageIndex; ; index += 1) {
      const stage = stages[index];
      if (stage === undefined) throw new RangeError('The last stage of the table ends the release.');
      if (stage.applies?.(run.progress) === false) continue;
      const { end } = await runStage(run, stage, index);
      if (end !== undefined) return end;
    }
  } catch (error) {
    return endAfter(run, error);
  }
}

/**
 * What an error means for the release. Errors of the code itself are thrown on: Temporal then repeats the workflow
 * task until the code is mended, and meanwhile the candidate's lease runs out.
 */
async function endAfter(run: ReleaseRun, error: unknown): Promise<ReleaseOutcome> {
  if (error instanceof ReleaseEnded) return error.end;
  if (isCancellation(error)) return run.aborted ?? recordCancel(run);
  if (error instanceof TemporalFailure) return { outcome: 'failed', reason: sentenceOf(error) };
  throw error;
}

/** To cancel the workflow is to abort the release. */
function recordCancel({ opened }: ReleaseRun): Promise<ReleaseOutcome> {
  const { workflowId, runId } = workflowInfo();
  const { releaseId } = opened;
  return CancellationScope.nonCancellable(async () => {
    await store.recordSignal({ releaseId, kind: 'cancel', ordinal: 1, workflowId, runId });
    return { outcome: 'aborted', reason: 'the workflow was cancelled' };
  });
}

/** Decisions cannot be read any more: a release that nobody can stop does not go on. */
function giveUp(run: ReleaseRun, error: unknown): void {
  const why = error instanceof Error ? sentenceOf(error) : String(error);
  run.aborted = { outcome: 'failed', reason: `commands could not be read: ${why}` };
  run.inbox.isBusy = false;
  run.stageScope?.cancel();
}

async function close(run: ReleaseRun, end: ReleaseOutcome): Promise<ReleaseOutcome> {
  run.transition({ kind: 'ending' });
  await compensate(run, end);
  const { releaseId, app } = run.opened;
  const closed = await store.closeRelease({ releaseId, app, ...end });
  run.end = closed;
  publish(run, closed);
  if (patched('ends-as-it-ended')) return endRun(closed);
  if (closed.outcome === 'failed') throw ApplicationFailure.nonRetryable(closed.reason, 'release_failed');
  return closed;
}
