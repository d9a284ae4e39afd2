import { ChildWorkflowCancellationType, executeChild, workflowInfo } from '@temporalio/workflow';
import { mirrorReplay } from './mirror-replay.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { gateEnd } from './gate-end.ts';
import type { StageResult } from '../release/stage.ts';

/** The staging mirror: sampled production requests, answered by both revisions in staging. */
export async function mirror({ opened }: ReleaseRun): Promise<StageResult> {
  const { releaseId, label } = opened;
  const gate = await executeChild(mirrorReplay, {
    workflowId: `${workflowInfo().workflowId}/mirror/${releaseId}`,
    args: [{ releaseId }],
    staticSummary: `Mirror replay of ${label} in staging`,
    cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
    parentClosePolicy: 'REQUEST_CANCEL',
  });
  return gateEnd('mirror', gate);
}
