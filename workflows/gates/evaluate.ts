import { ChildWorkflowCancellationType, executeChild, workflowInfo } from '@temporalio/workflow';
import { evaluation } from './evaluation.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { gateEnd } from './gate-end.ts';
import type { StageResult } from '../release/stage.ts';

/** The evaluation gate: production has not seen the candidate, so a failure blocks and nothing is withdrawn. */
export async function evaluate({ opened }: ReleaseRun): Promise<StageResult> {
  const { releaseId, label } = opened;
  const gate = await executeChild(evaluation, {
    workflowId: `${workflowInfo().workflowId}/evaluate/${releaseId}`,
    args: [{ releaseId }],
    staticSummary: `Evaluation of ${label}`,
    cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
    parentClosePolicy: 'REQUEST_CANCEL',
  });
  return gateEnd('evaluate', gate);
}
