import { ApplicationFailure, CancelledFailure, workflowInfo } from '@temporalio/workflow';
import type { ReleaseOutcome } from '../../activities/release/contract.ts';
import { store } from '../activities.ts';

/**
 * Ends the run in Temporal as its release has ended, so that Temporal's own list tells: taken back, blocked and failed
 * are failures with the outcome as their type, aborted is cancelled, the others are completed. Nobody of ours waits for
 * it to learn the outcome: that is in the release's row.
 */
export async function endRun(end: ReleaseOutcome): Promise<ReleaseOutcome> {
  switch (end.outcome) {
    case 'promoted':
    case 'inconclusive':
    case 'superseded':
      return end;
    case 'rolled_back':
    case 'blocked':
    case 'failed':
      throw ApplicationFailure.nonRetryable(end.reason, end.outcome, end);
    case 'aborted': {
      const { workflowId, runId } = workflowInfo();
      // Temporal closes a run as cancelled only where somebody has asked for that.
      await store.requestCancel({ workflowId, runId });
      throw new CancelledFailure(end.reason);
    }
  }
}
