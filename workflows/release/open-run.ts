import {
  ApplicationFailure,
  CancellationScope,
  patched,
  TemporalFailure,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenedRelease } from '../../activities/release/contract.ts';
import { newProgress, type Progress } from '../../domain/release/progress.ts';
import { store } from '../activities.ts';
import { progressOfCarried } from './carried.ts';
import type { Inbox } from './inbox.ts';
import type { ReleaseInput } from '../messages.ts';
import { ReleaseRun } from './release-run.ts';
import { sentenceOf } from './sentence-of.ts';

/** What the stages work on: a newly opened release, or one from where the run before has left it in its row. */
export async function openRun(input: ReleaseInput, inbox: Inbox): Promise<ReleaseRun> {
  requireOwnContinuation(input);
  const { opened, progress } = await openOrContinue(input);
  return new ReleaseRun(opened, progress, inbox);
}

/** State comes from the release's row; what somebody brings along is not the release's (invariant 27). */
function requireOwnContinuation({ carried }: ReleaseInput): void {
  if (carried === undefined || workflowInfo().continuedFromExecutionRunId !== undefined) return;
  throw ApplicationFailure.nonRetryable(
    'A release is started with its id, or with an app and a revision: it brings no state along.',
    'invalid_request',
  );
}

async function openOrContinue(
  input: ReleaseInput,
): Promise<{ readonly opened: OpenedRelease; readonly progress: Progress }> {
  const { carried } = input;
  // A run that was begun by an earlier version has no other state than this.
  if (carried !== undefined && !patched('state-is-a-row')) {
    return { opened: carried.state.opened, progress: progressOfCarried(carried) };
  }
  const opened = await open(input);
  return { opened, progress: opened.progress ?? newProgress(opened, Date.now()) };
}

async function open(input: ReleaseInput): Promise<OpenedRelease> {
  const { workflowId, firstExecutionRunId, runId, continuedFromExecutionRunId } = workflowInfo();
  const { app, releaseId, revision, plan, carried } = input;
  try {
    const opened = await store.openRelease({
      ...{ app, workflowId, firstRunId: firstExecutionRunId, runId },
      ...(continuedFromExecutionRunId === undefined ? {} : { continuedRunId: continuedFromExecutionRunId }),
      ...(carried === undefined ? {} : { carried: progressOfCarried(carried) }),
      ...(releaseId === undefined ? {} : { releaseId }),
      ...(revision === undefined ? {} : { revision }),
      ...(plan === undefined ? {} : { plan }),
    });
    upsertMemo({ release: opened.releaseId, revision: opened.label, plan: opened.planName });
    return opened;
  } catch (error) {
    if (releaseId !== undefined && error instanceof TemporalFailure)
      await closeUnopened(app, releaseId, error);
    throw error;
  }
}

/** Whoever waits for the release is told now that it never began. */
function closeUnopened(app: string, releaseId: string, error: TemporalFailure): Promise<unknown> {
  const reason = `could not be opened: ${sentenceOf(error)}`;
  return CancellationScope.nonCancellable(() =>
    store.closeRelease({ releaseId, app, outcome: 'failed', reason }),
  );
}
