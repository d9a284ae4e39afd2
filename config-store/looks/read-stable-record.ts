import type { StableRecord } from '../../domain/guardrail/foreseen.ts';
import { queryOne, type Db } from '../postgres/db.ts';
import { eachSettledRow } from './settled-rows.ts';

/** What stable has shown in production, by the releases and requests of the last days. */
export interface StableHistory {
  /** Settled units by counter, and those that were bad: of releases in which this revision was one of the arms. */
  readonly counted: Readonly<Record<string, { readonly bad: number; readonly units: number }>>;
  readonly record: StableRecord;
  /** Means of numbers of its answers, by guardrail: of the newest release in which enough were observed. */
  readonly means: Readonly<Record<string, { readonly mean: number; readonly standardError: number }>>;
  /** Requests of the app on whatever arm, since when they were counted, and what they took. */
  readonly traffic: {
    readonly requests: number;
    readonly since?: string;
    readonly tokensIn: number;
    readonly tokensOut: number;
  };
}

/** Fewer answers say too little of a mean. */
const leastObserved = 50;

const historySql = `with looks as (
     select e.counts, r.revision = $3 as was_candidate from evidence e join release r on r.id = e.release_id
     where r.app = $1 and r.environment = $2 and $3 in (r.revision, r.stable)
       and e.measured_at > now() - $4 * interval '1 day'),
   counted as (
     select counter, sum((row->>case when was_candidate then 'candidateExposed' else 'stableExposed' end)::bigint) as units,
       sum((row->>case when was_candidate then 'candidateBad' else 'stableBad' end)::bigint) as bad
     from looks ${eachSettledRow}
     group by counter),
   means as (
     select distinct on (name) name, arm from (
       select e.measured_at, m.name,
         m.result->case when r.revision = $3 then 'candidate' else 'stable' end as arm
       from evidence e join release r on r.id = e.release_id
         cross join lateral jsonb_each(e.counts->'means') as m (name, result)
       where r.app = $1 and r.environment = $2 and $3 in (r.revision, r.stable)
         and e.measured_at > now() - $4 * interval '1 day') as observed
     where (arm->>'count')::bigint >= ${leastObserved} and arm->>'standardError' is not null
     order by name, measured_at desc),
   recorded as (
     select c.counts, h.at, case c.arm when 'candidate' then h.candidate else h.stable end = $3 as is_its_own
     from arm_counter c join split_history h on h.app = c.app and h.environment = c.environment
       and h.version = c.split_version
     where c.app = $1 and c.environment = $2 and c.updated_at > now() - $4 * interval '1 day'),
   buckets as (
     select place, sum(count::bigint) as count from recorded
       cross join lateral jsonb_array_elements_text(counts->'latencyBuckets') with ordinality as b (count, place)
     where is_its_own group by place)
   select
     (select coalesce(jsonb_object_agg(counter, jsonb_build_object('bad', bad, 'units', units)), '{}') from counted
       where units > 0) as counted,
     (select coalesce(jsonb_object_agg(name, jsonb_build_object('mean', (arm->>'mean')::float8,
         'standardError', (arm->>'standardError')::float8)), '{}') from means) as means,
     jsonb_strip_nulls(jsonb_build_object(
       'completed', (select coalesce(sum((counts->>'completed')::bigint), 0) from recorded where is_its_own),
       'failed', (select coalesce(sum((counts->>'failed')::bigint), 0) from recorded where is_its_own),
       'latencyBuckets', (select coalesce(jsonb_agg(coalesce(count, 0) order by n), '[]')
         from generate_series(1, (select max(place) from buckets)) as n left join buckets on place = n),
       'facts', (select jsonb_build_object('answers', sum((f->>'answers')::bigint), 'truncated', sum((f->>'truncated')::bigint),
           'refused', sum((f->>'refused')::bigint), 'invalidFormat', sum((f->>'invalidFormat')::bigint))
         from recorded cross join lateral (select counts->'facts' as f) as told
         where is_its_own and f is not null having count(*) > 0))) as record,
     (select jsonb_strip_nulls(jsonb_build_object(
         'requests', coalesce(sum((counts->>'admitted')::bigint), 0), 'since', min(at),
         'tokensIn', coalesce(sum((counts->>'tokensIn')::bigint), 0),
         'tokensOut', coalesce(sum((counts->>'tokensOut')::bigint), 0))) from recorded) as traffic`;

/** What is known of a stable revision from the last days. */
export function readStableHistory(
  db: Db,
  {
    app,
    environment,
    stable,
    days,
  }: {
    readonly app: string;
    readonly environment: string;
    /** Digest. */
    readonly stable: string | undefined;
    readonly days: number;
  },
): Promise<StableHistory> {
  return queryOne<StableHistory>(db, historySql, [app, environment, stable, days]);
}
