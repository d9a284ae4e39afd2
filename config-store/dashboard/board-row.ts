import type { Plan } from '../../domain/release/plan.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ReleaseState } from '../../domain/release/release.ts';

/** What a line of a list of releases is made of. */
export interface BoardRow {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly label: string;
  readonly stableLabel?: string;
  readonly state: ReleaseState;
  readonly stage?: string;
  readonly reason?: string;
  readonly decidedBy?: string;
  readonly actor: string;
  readonly plan: Plan;
  readonly progress: JsonObject;
  /** Its candidate has had a share of the traffic. */
  readonly served: boolean;
  /** Of its policy's approvals. */
  readonly approvalRole?: string;
  /** Names of those who may not approve it, in lower case; only where it waits for that. */
  readonly authors?: string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt?: string;
  readonly ageMs: number;
  readonly updatedAgeMs: number;
  /** When this was read. */
  readonly at: string;
}

/** Columns of a `BoardRow`, of a table `r` that has those of `release`. */
export const boardColumns = `r.id, r.app, r.environment, r.state, r.stage, r.reason, r.decided_by as "decidedBy", r.actor,
  r.plan, jsonb_strip_nulls(jsonb_build_object('hold', r.progress->'hold', 'exposures', r.progress->'exposures',
    'guardrails', r.progress->'guardrails', 'callersWord', r.progress->'callersWord')) as progress,
  (select label from revision where revision.app = r.app and digest = r.revision) as label,
  (select label from revision where revision.app = r.app and digest = r.stable) as "stableLabel",
  exists (select from split_history h where h.app = r.app and h.environment = r.environment
    and h.release_id = r.id and h.candidate is not null) as served,
  r.policy #>> '{approvals,role}' as "approvalRole",
  case when r.waits_on = 'approval' then same_people(r.app, authors_of(r)) end as authors,
  r.created_at as "createdAt", r.updated_at as "updatedAt", r.closed_at as "closedAt",
  (extract(epoch from coalesce(r.closed_at, clock_timestamp()) - r.created_at) * 1000)::bigint as "ageMs",
  (extract(epoch from clock_timestamp() - r.updated_at) * 1000)::bigint as "updatedAgeMs", clock_timestamp() as at`;
