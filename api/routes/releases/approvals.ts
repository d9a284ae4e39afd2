import type { Pool } from 'pg';
import { approve } from '../../../config-store/change-control/approvals.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { actionNeeds } from '../../actions/action-needs.ts';
import { approvalRefusal } from '../../actions/approval-refusal.ts';
import { assertMayApprove } from '../../actions/assert-may-approve.ts';
import type { ReleaseWorkflows } from '../../releases/release-workflows.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { approvedSchema, approveSchema } from '../../schemas/approvals.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** A person's word that a stage may begin, for what they were shown (invariant 14). */
export function approveRoute({
  db,
  workflows,
}: {
  readonly db: Pool;
  readonly workflows: ReleaseWorkflows;
}): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/releases/{id}/approve',
    operationId: 'approveRelease',
    summary: 'Approve that a stage begins: binds revision, plan, stage and the evidence that was shown',
    ...actionNeeds.approve,
    params: releaseParamsSchema,
    body: approveSchema,
    answers: { 200: { description: 'Recorded', schema: approvedSchema } },
    async handle({ params: { id }, body, caller }) {
      const release = await requireRelease(db, id);
      assertMayApprove(caller, release.policy?.approvals?.role);
      const { actor, subject } = caller;
      const result = await approve(db, { ...body, releaseId: id, actor, subject });
      if (result.kind !== 'approved') throw approvalRefusal(id, result.kind);
      const { given, needed } = result;
      const woken = await workflows.wake(release.app);
      return { status: 200, body: { releaseId: id, stage: body.stage, given, needed, woken } };
    },
  });
}
