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
  /** Why calls of its own gave no answer, the most frequent first, by the names of `reasonText`. */
  readonly reasons: readonly { readonly reason: string; readonly calls: number }[];
}

const mostReasons = 20;

/** Counters are kept for a while: of a release that is long over there may be none. */
export function readArmOutcomes(db: Db, releaseId: string): Promise<ArmOutcomes[]> {
  return query<ArmOutcomes>(
    db,
    `with counted as (
       select c.arm, c.counts from split_history h join arm_counter c on c.app = h.app
         and c.environment = h.environment and c.split_version = h.version
       where h.release_id = $1 and h.candidate is not null and c.arm in ('candidate', 'stable'))
     select arm, sum((counts ->> 'admitted')::bigint)::bigint as requests,
       sum((counts ->> 'failed')::bigint)::bigint as failed, sum((counts ->> 'rescued')::bigint)::bigint as rescued,
       coalesce(sum((counts #>> '{guardrails,failovers,long,bad}')::bigint), 0)::bigint as "failedOver",
       (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'calls', calls) order by calls desc, reason), '[]')
         from (select key as reason, sum(value::bigint)::bigint as calls
           from counted own cross join jsonb_each_text(coalesce(own.counts -> 'reasons', '{}'))
           where own.arm = counted.arm group by key order by calls desc, key limit ${mostReasons}) most) as reasons
     from counted group by arm order by arm`,
    [releaseId],
  );
}
