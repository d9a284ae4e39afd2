import { ChildWorkflowCancellationType, executeChild, workflowInfo } from '@temporalio/workflow';
import type { GateResult } from '../../activities/evaluation/contract.ts';
import type { GateStage } from '../../domain/release/gate-stages.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import type { StageResult } from '../release/stage.ts';
import { gateEnd } from './gate-end.ts';
import type { GateStart } from './require-input.ts';

/** A gate before production, as a workflow of its own that ends with the release. */
export async function runGate(
  { opened }: ReleaseRun,
  stage: GateStage,
  {
    workflow,
    summary,
  }: { readonly workflow: (given?: GateStart | null) => Promise<GateResult>; readonly summary: string },
): Promise<StageResult> {
  const { releaseId } = opened;
  const gate = await executeChild(workflow, {
    workflowId: `${workflowInfo().workflowId}/${stage}/${releaseId}`,
    args: [{ releaseId }],
    staticSummary: summary,
    cancellationType: ChildWorkflowCancellationType.TRY_CANCEL,
    parentClosePolicy: 'REQUEST_CANCEL',
  });
  return gateEnd(stage, gate);
}
