import type { Pool } from 'pg';
import type { SealingKeys } from '../../program/data-keys.ts';
import type { ExchangeParts } from '../oidc/exchange.ts';
import type { ReleaseFeed } from '../releases/release-feed.ts';
import type { ReleaseWorkflows } from '../releases/release-workflows.ts';
import type { EventRoute, PublicRoute, Route } from '../http/route.ts';
import type { BoardFeed } from '../dashboard/feed.ts';
import { activeRoutes } from './active.ts';
import { answersRoute } from './releases/answers.ts';
import { approveRoute } from './releases/approvals.ts';
import { appRoutes } from './apps.ts';
import { auditRoutes, type AuditHeads } from './audit.ts';
import { boardEventsRoute } from './dashboard/board-events.ts';
import { boardRoutes } from './dashboard/board.ts';
import { changeRecordRoute } from './releases/change-record.ts';
import { doctorRoute } from './doctor.ts';
import { erasureRoute } from './access/erasures.ts';
import { appPageRoute } from './dashboard/app-pages.ts';
import { gatewaysPageRoute } from './dashboard/gateways-page.ts';
import { evaluationRoutes } from './dashboard/evaluation.ts';
import { explanationRoute } from './releases/explanation.ts';
import { feedbackRoute } from './releases/feedback.ts';
import { firstEvaluationRoutes } from './first-evaluations.ts';
import { historyRoutes } from './history.ts';
import { healRoute } from './heal.ts';
import { judgeRoutes } from './judges.ts';
import { keyRoutes } from './access/keys.ts';
import { mirrorRoutes } from './releases/mirror.ts';
import { planFitRoute } from './plan-fit.ts';
import { policyRoutes } from './policies.ts';
import { queueRoutes } from './releases/queue.ts';
import { releaseEventsRoute } from './releases/release-events.ts';
import { releaseRoutes } from './releases/releases.ts';
import { reviewRoutes } from './releases/reviews.ts';
import { payloadsRoute, type OpenPayloads } from './payloads.ts';
import { releasePageRoutes } from './dashboard/release-pages.ts';
import { rollbackRoute } from './rollback.ts';
import { stableWatchRoutes } from './stable-watch.ts';
import { tokenRoutes } from './access/tokens.ts';
import { exchangeRoute, trustRoutes } from './access/trusts.ts';
import { webhookTestRoute } from './webhooks.ts';
import type { Webhook } from '../webhooks/webhooks.ts';

/** All operations of the control plane. */
export function apiRoutes(parts: {
  readonly db: Pool;
  readonly workflows: ReleaseWorkflows;
  readonly environments: readonly string[];
  readonly subjectKeys: readonly Buffer[];
  readonly feed: ReleaseFeed;
  readonly board: BoardFeed;
  readonly oidc: Pick<ExchangeParts, 'issuers' | 'keysOf'>;
  readonly audit?: AuditHeads | undefined;
  readonly openPayloads?: OpenPayloads | undefined;
  readonly mirrorKeys?: SealingKeys | undefined;
  readonly webhooks: readonly Webhook[];
}): { readonly routes: Route[]; readonly publicRoutes: PublicRoute[]; readonly eventRoutes: EventRoute[] } {
  return {
    routes: [
      ...appRoutes(parts),
      ...firstEvaluationRoutes(parts),
      ...boardRoutes(parts),
      gatewaysPageRoute(parts),
      ...releasePageRoutes(parts),
      ...evaluationRoutes(parts),
      appPageRoute(parts),
      ...activeRoutes(parts),
      ...historyRoutes(parts),
      ...releaseRoutes(parts),
      ...queueRoutes(parts),
      approveRoute(parts),
      answersRoute(parts),
      ...mirrorRoutes(parts),
      planFitRoute(parts),
      changeRecordRoute(parts),
      explanationRoute(parts),
      feedbackRoute(parts),
      ...reviewRoutes(parts),
      rollbackRoute(parts),
      healRoute(parts),
      doctorRoute(parts),
      ...policyRoutes(parts),
      ...stableWatchRoutes(parts),
      ...auditRoutes(parts),
      ...tokenRoutes(parts),
      ...trustRoutes({ db: parts.db, issuers: parts.oidc.issuers }),
      ...keyRoutes(parts),
      ...judgeRoutes(parts),
      erasureRoute(parts),
      payloadsRoute(parts),
      webhookTestRoute(parts),
    ],
    publicRoutes: [exchangeRoute({ db: parts.db, ...parts.oidc })],
    eventRoutes: [releaseEventsRoute(parts), boardEventsRoute(parts)],
  };
}
