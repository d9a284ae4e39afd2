import { query, type Db } from '../postgres/db.ts';

/** What became of an arm's requests under all split versions of a release, as gateways have counted it. */
export interface ArmOutcomes {
  readonly arm: 'candidate' | 'stable';
  readonly requests: number;
  readonly failed: number;
  /** Of the candidate's: failed there, and answered by stable. */
  readonly rescued: number;
  /** Answered by a later target of the chain than the first. */
  readonly failedOver: number;
}

/** Counters are kept for a while: of a release that is long over there may be none. */
export function readArmOutcomes(db: Db, releaseId: string): Promise<ArmOutcomes[]> {
  return query<ArmOutcomes>(
    db,
    `select c.arm, sum((c.counts ->> 'admitted')::bigint)::bigint as requests,
       sum((c.counts ->> 'failed')::bigint)::bigint as failed, sum((c.counts ->> 'rescued')::bigint)::bigint as rescued,
       coalesce(sum((c.counts #>> '{guardrails,failovers,long,bad}')::bigint), 0)::bigint as "failedOver"
     from split_history h join arm_counter c on c.app = h.app and c.environment = h.environment
       and c.split_version = h.version
     where h.release_id = $1 and h.candidate is not null and c.arm in ('candidate', 'stable')
     group by c.arm order by c.arm`,
    [releaseId],
  );
}
