import type { ArmCounts } from '../../domain/guardrail/arm-counts.ts';
import type { JudgesSight } from '../../domain/guardrail/means/mean.ts';
import type { Arm } from '../../domain/split/split.ts';
import { addArmCounts, type ArmTotal, type UnitTally } from './arm-total.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';
import { countingGateways, type CountingGateway } from '../gateways/counting-gateways.ts';
import type { Charge, CountedArm } from './counted.ts';

export interface CountsRequest {
  readonly app: string;
  readonly environment: string;
  readonly splitVersions: readonly number[];
  readonly releaseId: string;
  /** Where a look is about one version: new subjects are counted under it alone, and gateways are those of its life. */
  readonly present?: number;
  /** What guardrails of means go on from. */
  readonly means?: readonly MeanRequest[];
  /** False: without what answers took, in buckets. No look judges by these, and they are most of what there is to read. */
  readonly histograms?: false;
}

/** Where a guardrail of means is in the order of admission; to the digit, as the database has it. */
export interface ObservationCursor {
  readonly at: string;
  readonly hash: string;
}

export interface MeanRequest {
  readonly guardrail: string;
  /** Absent at the first look. */
  readonly after?: ObservationCursor | undefined;
  /** All that was admitted so long ago is there; absent where who observes says how far it is. */
  readonly endedMs?: number;
}

/** What was observed for a guardrail since then, in the order of admission. */
export interface MeanObserved {
  readonly guardrail: string;
  readonly rows: readonly (readonly [splitVersion: number, arm: Arm, value: number | null])[];
  /** How much of a difference those see who have observed it; absent where they see all. */
  readonly sight?: JudgesSight;
  /** Where it is now; absent while its observer has not begun. */
  readonly upTo?: ObservationCursor;
}

export interface VersionCounts {
  readonly splitVersion: number;
  readonly arms: Record<CountedArm, ArmTotal>;
  /**
   * Subjects that came under this version first, of all versions of the release, on the sample of the hashes: who came
   * before knows his arm, and whether he comes again may be his choice.
   */
  readonly newSubjects: Record<Arm, number>;
  /** Age of the newest flush of this version's counters; absent where nothing was flushed. */
  readonly newestFlushAgeMs?: number;
}

export interface CumulativeCounts {
  /** One for each version that was asked for, in the order of the versions. */
  readonly versions: VersionCounts[];
  /** Gateways that live, or lived while one of the versions was in force. */
  readonly gateways: CountingGateway[];
  /** `gateway/boot` of those that fell silent while one of the versions was in force, without a last flush. */
  readonly gaps: string[];
  readonly means: MeanObserved[];
}

interface CounterRow {
  readonly splitVersion: number;
  readonly arm: CountedArm;
  readonly counts: ArmCounts;
  readonly flushAgeMs: number;
}

interface Tally {
  readonly splitVersion: number;
  readonly arm: Arm;
  readonly count: number;
}

interface Counted {
  readonly counters: CounterRow[];
  readonly charges: (Tally & Pick<Charge, 'guardrail' | 'horizon'>)[];
  readonly units: (Omit<Tally, 'count'> & UnitTally)[];
  readonly seen: Tally[];
  readonly gateways: CountingGateway[];
  readonly means: MeanObserved[];
}

/**
 * Everything a look needs: what all gateways have counted under some versions of a split, by version and arm
 * (invariant 21). Counters and charges are of one snapshot, as each gateway flushed them in one statement: no event is
 * bad without having been exposed.
 */
export async function readCounts(db: Db, request: CountsRequest): Promise<CumulativeCounts> {
  const counted = await readCounted(db, request);
  const { gateways, means } = counted;
  return {
    versions: [...new Set(request.splitVersions)]
      .sort((a, b) => a - b)
      .map((version) => versionCounts(version, counted)),
    gateways,
    means,
    gaps: gateways.filter(({ gap }) => gap).map(({ id, bootId }) => `${id}/${bootId}`),
  };
}

function versionCounts(splitVersion: number, { counters, charges, units, seen }: Counted): VersionCounts {
  const ofArm = <T extends { readonly splitVersion: number; readonly arm: CountedArm }>(
    rows: readonly T[],
    arm: CountedArm,
  ) => rows.filter((row) => row.splitVersion === splitVersion && row.arm === arm);
  const total = (arm: CountedArm) =>
    addArmCounts(
      ofArm(counters, arm).map(({ counts }) => counts),
      ofArm(charges, arm),
      ofArm(units, arm),
    );
  const ages = counters.filter((row) => row.splitVersion === splitVersion).map((row) => row.flushAgeMs);
  const newSubjects = (arm: Arm) => ofArm(seen, arm).reduce((sum, { count }) => sum + count, 0);
  return {
    splitVersion,
    arms: { stable: total('stable'), candidate: total('candidate'), 'lease-expired': total('lease-expired') },
    newSubjects: { stable: newSubjects('stable'), candidate: newSubjects('candidate') },
    ...(ages.length === 0 ? {} : { newestFlushAgeMs: Math.min(...ages) }),
  };
}

/** A look reads no more of one guardrail; the next goes on. */
const mostObserved = 5_000;

const observedSql = `
  select asked.guardrail, coalesce(found.rows, '[]') as rows,
    (select sight from live_score s where s.release_id = $4 and s.guardrail = asked.guardrail) as sight,
    case when found.n = ${mostObserved} then jsonb_build_object('at', found.at, 'hash', found.hash::text)
      when coalesce(up_to, asked."afterAt") is not null
        then jsonb_build_object('at', greatest(up_to, asked."afterAt"), 'hash', '9223372036854775807') end as "upTo"
  from jsonb_to_recordset($6::jsonb) as asked
    (guardrail text, "afterAt" timestamptz, "afterHash" bigint, "endedMs" bigint)
  cross join lateral (select case when asked."endedMs" is not null
    then now() - asked."endedMs" * interval '1 millisecond'
    else (select admitted_up_to from observation_watermark w
      where w.release_id = $4 and w.guardrail = asked.guardrail) end as up_to) mark
  cross join lateral (
    select count(*) as n, jsonb_agg(jsonb_build_array(split_version, arm, value) order by admitted_at, subject_hash) as rows,
      (array_agg(admitted_at order by admitted_at desc, subject_hash desc))[1] as at,
      (array_agg(subject_hash order by admitted_at desc, subject_hash desc))[1] as hash
    from (select * from observation o where o.release_id = $4 and o.guardrail = asked.guardrail
      and o.admitted_at <= up_to and (asked."afterAt" is null
        or (o.admitted_at, o.subject_hash) > (asked."afterAt", asked."afterHash"))
      order by o.admitted_at, o.subject_hash limit ${mostObserved}) one) found`;

function readCounted(
  db: Db,
  { app, environment, splitVersions, releaseId, present, means = [], histograms }: CountsRequest,
): Promise<Counted> {
  return queryOne<Counted>(
    db,
    `with ${countingGateways({ app: '$1', environment: '$2', versions: '$5' })}
     select
       (select coalesce(jsonb_agg(to_jsonb(counting)), '[]') from counting) as gateways,
       (select coalesce(jsonb_agg(jsonb_build_object('splitVersion', split_version, 'arm', arm,
           'counts', case when $7 then counts else counts || '{"latencyBuckets": []}' - '{answerBuckets,valueBuckets,reasons}'::text[] end,
           'flushAgeMs', (extract(epoch from clock_timestamp() - updated_at) * 1000)::bigint)), '[]')
         from arm_counter
         where app = $1 and environment = $2 and split_version = any ($3::bigint[])) as counters,
       (select coalesce(jsonb_agg(tally), '[]') from (
         select split_version as "splitVersion", arm, guardrail, horizon, sum(count)::bigint as count from charge_tally
         where release_id = $4 and split_version = any ($3::bigint[]) group by 1, 2, 3, 4) as tally) as charges,
       (select coalesce(jsonb_agg(tally), '[]') from (
         select split_version as "splitVersion", arm, guardrail, sum(exposed)::bigint as exposed, sum(bad)::bigint as bad
         from unit_tally where release_id = $4 and split_version = any ($3::bigint[]) group by 1, 2, 3) as tally) as units,
       (select coalesce(jsonb_agg(tally), '[]') from (
         select s.split_version as "splitVersion", s.arm, count(*) as count from seen_subject s
         where s.app = $1 and s.environment = $2 and s.split_version = any ($5::bigint[]) and not exists (
           select from seen_subject before join split_history h using (app, environment)
           where before.app = s.app and before.environment = s.environment and before.subject_hash = s.subject_hash
             and before.split_version < s.split_version and h.version = before.split_version and h.release_id = $4)
         group by 1, 2) as tally) as seen,
       (select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(observed) - 'rows') || jsonb_build_object('rows', observed.rows)), '[]')
         from (${observedSql}) as observed) as means`,
    [
      ...[app, environment, [...splitVersions], releaseId],
      present === undefined ? [...splitVersions] : [present],
      json(means.map(({ after, ...of }) => ({ ...of, afterAt: after?.at, afterHash: after?.hash }))),
      histograms ?? true,
    ],
  );
}
