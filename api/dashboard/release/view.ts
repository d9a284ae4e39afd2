import type { Pool } from 'pg';
import type { BoardRow } from '../../../config-store/dashboard/board-row.ts';
import { listDecided, listServed, type ServedRow } from '../../../config-store/dashboard/read-timeline.ts';
import { authorsOf, readAskedApproval } from '../../../config-store/change-control/approvals.ts';
import { listApprovals } from '../../../config-store/change-control/list-approvals.ts';
import { openReviewsOf } from '../../../config-store/change-control/reviews.ts';
import { listClients } from '../../../config-store/gateways/list-clients.ts';
import { listGateways } from '../../../config-store/gateways/list-gateways.ts';
import { listStages } from '../../../config-store/releases/progress/list-stages.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { requireRevision } from '../../../config-store/revisions/require-revision.ts';
import { readSplit } from '../../../config-store/splits/read-split.ts';
import { courseOf } from '../../../activities/looks/judging/course.ts';
import { acksOf } from '../../../domain/split/acks-of.ts';
import { isOpen } from '../../../domain/release/release.ts';
import { allowedActions, type ActedUpon } from '../../actions/allowed-actions.ts';
import type { ApiCaller } from '../../auth/authenticate.ts';
import { guardOf } from '../../releases/guard-of.ts';
import { rollbackReadiness } from '../../releases/rollback-readiness.ts';
import type { RollbackReadiness } from '../../schemas/active.ts';
import { askedApprovalSchema } from '../../schemas/approvals.ts';
import type { ReleaseView } from '../../schemas/dashboard/release-view.ts';
import { compareRevisions } from '../compare-revisions.ts';
import type { CheckBook } from '../checks/check-book.ts';
import type { KnownChecks } from '../checks/known-checks.ts';
import { tilesOf } from '../checks/tiles.ts';
import { requireFacts, type ReleaseFacts } from '../facts.ts';
import { rowOf, stepOf } from '../row-of.ts';
import { railOf } from './rail.ts';
import { timelineOf } from './timeline.ts';

/** What is older is no state of now. */
const staleAfterMs = 45_000;

/** All that the page of a release shows, for whoever asks. Throws `not_found`. */
export async function releaseView(
  { db, checks: book }: { readonly db: Pool; readonly checks: CheckBook },
  id: string,
  caller: ApiCaller,
): Promise<ReleaseView> {
  const [facts, release] = await Promise.all([requireFacts(db, id), requireRelease(db, id)]);
  const [checks, stages, served, decided, approvals, people, traffic, wayBack, changed, guard] =
    await Promise.all([
      book.read(release),
      listStages(db, id),
      listServed(db, id),
      listDecided(db, id),
      listApprovals(db, id),
      peopleOf(db, release),
      trafficOf(db, facts),
      isOpen(release.state) || release.state === 'promoted' ? rollbackReadiness(db, release) : undefined,
      changedOf(db, release),
      release.state === 'promoted' ? guardOf(db, id) : undefined,
    ]);
  const { row, health } = facts;
  const { plan, planName: name, planDigest: digest, reason, revision, stable } = release;
  return {
    ...{ at: row.at, row: rowOf(facts, caller), revision },
    ...(stable === undefined ? {} : { stable }),
    plan: { name, digest, alpha: plan.alpha },
    ...(reason === undefined ? {} : { reason }),
    rail: railOf({ row, health, stages, nowMs: Date.parse(row.at) }),
    traffic: { ...traffic.told, changes: served.map(changeOf) },
    guardrails: tilesOf(checks.shown, { plan, needed: neededOf(row), staleSince: staleSince(facts, checks) }),
    gateways: traffic.gateways,
    people,
    ...(wayBack === undefined ? {} : { wayBack }),
    ...(guard === undefined ? {} : { guard }),
    changed,
    timeline: timelineOf({ row, stages, decided, approvals, served, checks: checks.decided }),
    allowedActions: await allowedActions(db, actedUpon(row, release, wayBack), caller),
    links: { temporalWorkflowId: release.workflowId },
  };
}

function changeOf({ at, version, weight, audience }: ServedRow) {
  return { at, version, weight, ...(audience === undefined ? {} : { audience }) };
}

function neededOf(row: BoardRow): number {
  return isOpen(row.state) ? (stepOf(row)?.minExposures ?? 0) : 0;
}

/** Where an open release serves somebody and nobody has looked for long, what was found last says nothing of now. */
function staleSince({ health }: ReleaseFacts, { shown }: KnownChecks): string | undefined {
  if (health === undefined || (health.audience ?? health.weight).set === 0) return undefined;
  const { lookAgeMs } = health;
  return lookAgeMs === undefined || lookAgeMs <= staleAfterMs ? undefined : shown.at(-1)?.at;
}

async function peopleOf(db: Pool, release: ReleaseRow): Promise<ReleaseView['people']> {
  const { id, actor, decidedBy, policy } = release;
  const [authors, openReviews, approval] = await Promise.all([
    authorsOf(db, id),
    openReviewsOf(db, id),
    policy?.approvals === undefined ? undefined : readAskedApproval(db, id),
  ]);
  return {
    ...{ startedBy: actor, authors, openReviews },
    ...(approval === undefined ? {} : { approval: askedApprovalSchema.parse(approval) }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
  };
}

async function trafficOf(db: Pool, { row, health }: ReleaseFacts) {
  const { app, environment } = row;
  const [split, gateways, clients] = await Promise.all([
    readSplit(db, { app, environment }),
    listGateways(db, { environment }),
    listClients(db, { app, environment }),
  ]);
  const version = split?.version;
  const live = [
    ...gateways
      .filter((gateway) => gateway.live)
      .map((gateway) => ({ ...gateway, kind: 'gateway' as const })),
    ...clients.map((client) => ({ ...client, kind: 'client' as const })),
  ];
  const acks = acksOf(live, { app, version: version ?? 0 });
  const { leaseLeftMs, lookAgeMs, audience, weight = { set: 0, served: 0 } } = health ?? {};
  return {
    told: {
      ...weight,
      ...(audience === undefined ? {} : { audience }),
      ...(version === undefined || !isOpen(row.state) ? {} : { splitVersion: version }),
      ...(leaseLeftMs === undefined ? {} : { leaseLeftMs }),
      ...(lookAgeMs === undefined ? {} : { lookAgeMs }),
    },
    gateways: live.map(({ kind, gatewayId, heartbeatAgeMs, acks: serves }, i) => {
      const ack = acks[i];
      const served = serves[app];
      return {
        ...{ kind, gatewayId, heartbeatAgeMs, state: ack?.state ?? ('waiting' as const) },
        ...(served === undefined ? {} : { version: served }),
        ...(ack?.state === 'refused' ? { reason: ack.reason } : {}),
      };
    }),
  };
}

/** Beside the stable revision that it was opened over; before that, beside what is stable now. */
async function changedOf(
  db: Pool,
  { app, environment, revision, stable }: ReleaseRow,
): Promise<ReleaseView['changed']> {
  const former = stable ?? (await readSplit(db, { app, environment }))?.stable;
  const [to, from] = await Promise.all([
    requireRevision(db, { app, ref: revision }),
    former === undefined ? undefined : requireRevision(db, { app, ref: former }),
  ]);
  return compareRevisions(from, to);
}

function actedUpon(row: BoardRow, release: ReleaseRow, wayBack: RollbackReadiness | undefined): ActedUpon {
  const { id, app, environment, label, stableLabel, state, stage, approvalRole } = row;
  const { steps } = courseOf(row.plan);
  const next = steps[steps.findIndex((step) => step.stage === stage) + 1];
  return {
    ...{ id, app, environment, label, stableLabel, state, stage, approvalRole, revision: release.revision },
    nextWeight: stepOf(row) === undefined ? steps[0]?.weight : next?.weight,
    wayBack: wayBack?.to,
  };
}
