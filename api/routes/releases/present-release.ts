import type { Pool } from 'pg';
import { listStages } from '../../../config-store/releases/progress/list-stages.ts';
import { readHealth, type OpenReleaseHealth } from '../../../config-store/releases/read-health.ts';
import { readAskedApproval } from '../../../config-store/change-control/approvals.ts';
import { openReviewsOf } from '../../../config-store/change-control/reviews.ts';
import { readLiveScores } from '../../../config-store/live/read-live-scores.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { listSplits } from '../../../config-store/splits/list-splits.ts';
import type { StoredSplit } from '../../../config-store/splits/split-row.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import type { ReleasePolicy } from '../../../domain/policy/release-policy.ts';
import { audienceOf } from '../../../domain/split/audience.ts';
import { isOpen } from '../../../domain/release/release.ts';
import { healthSchema } from '../../../domain/release/health.ts';
import { closedGuardOf, guardOf } from '../../releases/guard-of.ts';
import { rollbackReadiness } from '../../releases/rollback-readiness.ts';
import { othersOf } from '../../releases/others-follow.ts';
import { overrideSchema, type Release, type ReleaseDetail } from '../../schemas/releases.ts';
import { askedApprovalSchema } from '../../schemas/approvals.ts';

function shownPolicy({ scope, version, digest, role, skips }: ReleasePolicy): NonNullable<Release['policy']> {
  return { scope, version, digest, role, skips: skips.map((skip) => ({ ...skip })) };
}

/** Releases with how they are now, by as many queries as for one. */
export async function presentAll(db: Pool, rows: readonly ReleaseRow[]): Promise<Release[]> {
  // A release that has ended has no candidate on the traffic.
  const open = rows.filter(({ state }) => isOpen(state));
  if (open.length === 0) return rows.map((row) => shownRelease(row, {}));
  const ids = open.map(({ id }) => id);
  const [splits, health] = await Promise.all([
    listSplits(db, { apps: open.map(({ app }) => app) }),
    readHealth(db, ids),
  ]);
  return rows.map((row) =>
    isOpen(row.state)
      ? shownRelease(row, {
          split: splits.find(({ app, environment }) => app === row.app && environment === row.environment),
          health: health.find(({ releaseId }) => releaseId === row.id),
        })
      : shownRelease(row, {}),
  );
}

async function present(db: Pool, row: ReleaseRow): Promise<Release> {
  const [release] = await presentAll(db, [row]);
  if (release === undefined) throw new Error('One row is one release.');
  return release;
}

function audienceIn(split: StoredSplit | undefined, releaseId: string): Pick<Release, 'audience'> {
  const audience = split?.releaseId === releaseId ? audienceOf(split) : undefined;
  return audience === undefined ? {} : { audience: audience.weight };
}

function shownRelease(
  row: ReleaseRow,
  {
    split,
    health,
  }: { readonly split?: StoredSplit | undefined; readonly health?: OpenReleaseHealth | undefined },
): Release {
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    revision: row.revision,
    label: row.label,
    ...(row.stable === undefined ? {} : { stable: row.stable }),
    planName: row.planName,
    planDigest: row.planDigest,
    ...(row.policy === undefined ? {} : { policy: shownPolicy(row.policy) }),
    state: row.state,
    ...(row.stage === undefined ? {} : { stage: row.stage }),
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    progress: { ...row.progress },
    weight: split?.releaseId === row.id ? split.weight : 0,
    ...audienceIn(split, row.id),
    ...(health === undefined ? {} : { health: healthSchema.parse(health) }),
    ...(split === undefined ? {} : { splitVersion: split.version }),
    actor: row.actor,
    ...(row.decidedBy === undefined ? {} : { decidedBy: row.decidedBy }),
    workflowId: row.workflowId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
  };
}

/** A release with the results of its stages. Throws `not_found`. */
export async function presentRelease(db: Pool, id: string): Promise<ReleaseDetail> {
  const row = await requireRelease(db, id);
  const mayRollBack = row.closedAt === undefined || row.state === 'promoted';
  const [release, stages, others, rollback, approval, openReviews, guard, closedGuard, liveScores] =
    await Promise.all([
      present(db, row),
      listStages(db, id),
      row.state === 'promoted' ? othersOf(db, row) : [],
      mayRollBack ? rollbackReadiness(db, row) : undefined,
      row.policy?.approvals === undefined ? undefined : readAskedApproval(db, id),
      openReviewsOf(db, id),
      row.state === 'promoted' ? guardOf(db, id) : undefined,
      closedGuardOf(db, id),
      readLiveScores(db, id),
    ]);
  return {
    ...release,
    ...(others.length === 0 ? {} : { others }),
    ...(rollback === undefined ? {} : { rollback }),
    ...(approval === undefined ? {} : { approval: askedApprovalSchema.parse(approval) }),
    ...(openReviews === 0 ? {} : { openReviews }),
    ...(guard === undefined ? {} : { guard }),
    ...(closedGuard === undefined ? {} : { closedGuard }),
    ...(liveScores.length === 0 ? {} : { liveScores }),
    stages: stages.map(({ stage, outcome, summary, details, startedAt, endedAt }) => ({
      stage,
      outcome,
      summary,
      ...(outcome === 'override' ? { override: overrideSchema.parse(details['override']) } : {}),
      startedAt,
      endedAt,
    })),
  };
}
