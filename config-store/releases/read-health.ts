import type { HealthFacts } from '../../domain/release/health-facts.ts';
import { healthOf, type Health } from '../../domain/release/health.ts';
import { query, type Db } from '../postgres/db.ts';

export type OpenReleaseHealth = Health & {
  readonly releaseId: string;
  readonly app: string;
  readonly environment: string;
};

/** How open releases are: all of them, or these. */
export async function readHealth(
  db: Db,
  releaseIds?: string | readonly string[],
): Promise<OpenReleaseHealth[]> {
  const rows = await query<
    HealthFacts & { readonly releaseId: string; readonly app: string; readonly environment: string }
  >(
    db,
    `select release_id as "releaseId", app, environment, state, weight, look_age_ms as "lookAgeMs",
       lease_ms as "leaseMs", lease_left_ms as "leaseLeftMs", gateways_live as "gatewaysLive",
       gateways_missing || clients.missing as "gatewaysMissing",
       nullif(clients.live, 0) as "clientsLive", waiting_for as "waitingFor", waiting_since as "waitingSince",
       r.waiting_until as "waitingUntil",
       stage, evaluators, evaluation_backlog_ms as "evaluationBacklogMs",
       paused_by as "pausedBy", paused_why as "pausedWhy", paused_at as "pausedAt", plan, workflow, pollers,
       backlog_ms as "backlogMs", failing_ms as "failingMs", failing_why as "failingWhy", seen_age_ms as "seenAgeMs",
       r.waits_on as "waitsOn", r.waits_for as "waitsFor", r.waits_since as "waitsSince", r.waits_until as "waitsUntil",
       r.callers_word as "callersWord", r.audience
     from release_health join lateral (
       select waiting_until, waits_on, waits_for, waits_since, waits_until, progress->>'callersWord' as callers_word,
         (split.counting #>> '{audience,weight}')::float8 as audience
       from release left join split on split.app = release.app and split.environment = release.environment
         and split.release_id = release.id
       where release.id = release_health.release_id) r on true
     cross join lateral (
       select count(*)::int as live,
         coalesce(array_agg(distinct 'client ' || told.name) filter (where told.version < newest.version), '{}') as missing
       from split_client told join split newest using (app, environment)
       where app = release_health.app and environment = release_health.environment and told.ended_at is null
         and told.heartbeat_at > clock_timestamp() - interval '5 seconds') clients
     where $1::text[] is null or release_id = any ($1)`,
    [typeof releaseIds === 'string' ? [releaseIds] : releaseIds],
  );
  return rows.map(({ releaseId: id, app, environment, ...facts }) => ({
    ...healthOf(facts),
    ...{ releaseId: id, app, environment },
  }));
}
