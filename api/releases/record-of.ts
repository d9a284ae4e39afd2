import { sequenceQuietly } from '../../config-store/chain/sequence-audit.ts';
import type { Pool } from 'pg';
import { auditKeysOf } from '../../config-store/chain/audit-keys.ts';
import { readAuditHead } from '../../config-store/audit/read-audit-head.ts';
import { readReleaseEntries } from '../../config-store/audit/read-release-entries.ts';
import { authorsOf } from '../../config-store/change-control/approvals.ts';
import { listApprovals } from '../../config-store/change-control/list-approvals.ts';
import { listReviews, type ReviewRow } from '../../config-store/change-control/reviews.ts';
import { readLastLooks } from '../../config-store/looks/read-last-looks.ts';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import { changeRecordSchema, sealedRecord, type ChangeRecord } from '../../domain/change-record/record.ts';

/** Entries that a record has at most: a release leaves some dozens. */
const mostEntries = 2_000;

/** All that is known of a change, sealed where the pool has a key of the audit log. */
export async function recordOf(db: Pool, row: ReleaseRow): Promise<ChangeRecord> {
  const { id, app } = row;
  // What is not chained yet is chained first, so that all of it can be verified.
  await sequenceQuietly(db);
  const [log, stages, approvals, reviews, authors, revision, replaced] = await Promise.all([
    entriesOf(db, row),
    stagesOf(db, id),
    listApprovals(db, id),
    reviewsOf(db, id),
    authorsOf(db, id),
    revisionOf(db, app, row.revision),
    row.stable === undefined ? undefined : revisionOf(db, app, row.stable),
  ]);
  // After its entries: they lie below it.
  const head = await readAuditHead(db);
  const { environment, state, reason, actor, decidedBy, createdAt, closedAt, stable, provenance } = row;
  const about = { id, app, environment, state, reason, actor, authors, decidedBy, createdAt, closedAt };
  // Through JSON: what is absent is left out, so that its digest is that of what is written.
  const record: unknown = JSON.parse(
    JSON.stringify({
      ...{ version: 3, madeAt: new Date().toISOString(), release: { ...about, stable, provenance } },
      ...{ revision, replaced, plan: { name: row.planName, digest: row.planDigest, content: row.plan } },
      suites: row.suites.map(({ name, digest }) => ({ name, digest })),
      ...{ policy: row.policy, stages, approvals, reviews, ...log, head },
    }),
  );
  return sealedRecord(changeRecordSchema.parse(record), auditKeysOf(db)?.[0]);
}

async function revisionOf(db: Pool, app: string, ref: string): Promise<ChangeRecord['revision']> {
  const { digest, label, content } = await requireRevision(db, { app, ref });
  return { digest, label, content };
}

async function entriesOf(db: Pool, { id: releaseId, app, revision, policy }: ReleaseRow) {
  const limit = mostEntries;
  const entries = await readReleaseEntries(db, { releaseId, app, revision, policy, limit });
  return { audit: entries.slice(0, limit), ...(entries.length > limit ? { isCut: true } : {}) };
}

async function stagesOf(db: Pool, releaseId: string) {
  const [stages, looks] = await Promise.all([listStages(db, releaseId), readLastLooks(db, releaseId)]);
  return stages.map(({ details, releaseId: _of, ...stage }) => {
    const last = looks.find((look) => look.stage === stage.stage);
    const figures = last && { looks: last.looks, figures: last.judgement['guardrails'] };
    return { ...stage, override: details['override'], ...figures };
  });
}

async function reviewsOf(db: Pool, releaseId: string): Promise<ChangeRecord['reviews']> {
  const reviews: ReviewRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listReviews(db, { releaseId, limit: 50, cursor });
    reviews.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return reviews.reverse().map(({ details, ...review }) => {
    const { entry, reason } = details;
    return {
      ...review,
      ...(typeof entry === 'number' ? { entry } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    };
  });
}
