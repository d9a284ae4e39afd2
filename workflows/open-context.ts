import { CancellationScope, TemporalFailure, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { OpenedRelease } from '../activities/contract.ts';
import { store } from './activities.ts';
import type { Inbox } from './inbox.ts';
import type { ReleaseInput } from './messages.ts';
import type { ReleaseContext } from './release-context.ts';
import { newProgress } from './release-progress.ts';
import { sentenceOf } from './sentence-of.ts';

/** What the stages work on: a newly opened release, or what the run before has carried over. */
export async function openContext(input: ReleaseInput, inbox: Inbox): Promise<ReleaseContext> {
  const { carried } = input;
  return {
    progress: carried?.state ?? newProgress(await open(input), Date.now()),
    inbox,
    stageIndex: carried?.stageIndex ?? 0,
    stageStartedMs: carried?.stageStartedMs ?? Date.now(),
    step: carried?.step,
    aborted: undefined,
    seenCommandId: 0,
    changes: 0,
    stageScope: undefined,
  };
}

async function open(input: ReleaseInput): Promise<OpenedRelease> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { app, releaseId, revision, plan } = input;
  try {
    const opened = await store.openRelease({
      app,
      workflowId,
      firstRunId: firstExecutionRunId,
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
