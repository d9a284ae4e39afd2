import type { Pool } from 'pg';
import { z } from 'zod';
import { listApprovals } from '../../config-store/change-control/list-approvals.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { listStages } from '../../config-store/releases/list-stages.ts';
import { authorsOf } from '../../config-store/change-control/approvals.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import { listReviews } from '../../config-store/change-control/reviews.ts';
import type { AuditRow } from '../../config-store/audit/audit-row.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { changeRecordSchema, type ChangeRecord } from '../../domain/release/change-record.ts';
import { SluiceError } from '../../domain/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';

/** Pages of the audit log that a record has at most: a release leaves some dozens of entries. */
const mostPages = 40;

async function auditOf(db: Pool, releaseId: string): Promise<AuditRow[]> {
  const entries: AuditRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextCursor } = await listAudit(db, { releaseId, limit: 50, cursor });
    entries.push(...items);
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return entries.reverse();
}

async function recordOf(db: Pool, row: ReleaseRow): Promise<ChangeRecord> {
  const { id, app } = row;
  const [revision, stages, approvals, reviews, audit, authors] = await Promise.all([
    requireRevision(db, { app, ref: row.revision }),
    listStages(db, id),
    listApprovals(db, id),
    listReviews(db, { releaseId: id, limit: 50 }),
    auditOf(db, id),
    authorsOf(db, id),
  ]);
  const { environment, state, reason, actor, decidedBy, createdAt, closedAt, stable, provenance } = row;
  const release = {
    id,
    app,
    environment,
    state,
    reason,
    actor,
    authors,
    decidedBy,
    createdAt,
    closedAt,
    stable,
  };
  // Through JSON: what is absent is left out, so that its digest is that of what is written.
  const record: unknown = JSON.parse(
    JSON.stringify({
      ...{ version: 1, madeAt: new Date().toISOString(), release: { ...release, provenance } },
      revision: { digest: revision.digest, label: revision.label, content: revision.content },
      plan: { name: row.planName, digest: row.planDigest, content: row.plan },
      ...{ policy: row.policy, stages, approvals, reviews: reviews.items, audit },
    }),
  );
  return changeRecordSchema.parse(record);
}

/** One change as one document: for whoever has to show later what was done, why, and who agreed. */
export function changeRecordRoute({ db }: { db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/record',
    operationId: 'getChangeRecord',
    summary: 'Show all that is known of a change: what, why, evidence, who, timeline, outcome',
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: z.object({ id: z.string().min(1).max(100) }),
    answers: { 200: { description: 'The record', schema: changeRecordSchema } },
    async handle({ params: { id } }) {
      const row = await readRelease(db, id);
      if (row !== undefined) return { status: 200, body: await recordOf(db, row) };
      throw new SluiceError('not_found', `There is no release "${id}".`, {
        remedy: 'List them with `sluice release list`.',
      });
    },
  });
}
