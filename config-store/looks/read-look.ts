import type { JsonValue } from '../../domain/json.ts';
import { unknownRelease } from '../../domain/refusals.ts';
import type { Split } from '../../domain/split/split.ts';
import { query, type Db } from '../postgres/db.ts';
import type { ReleaseRow } from '../releases/release-row.ts';
import type { EvidenceRow } from './counted.ts';

/** A look as it was stored. */
export type StoredLook = Omit<EvidenceRow, 'measuredAt'>;

/** The step of a release that is served, by its plan and by what the database has seen of it. */
export interface ServedStep {
  readonly stage: string;
  readonly holdMs: number;
  readonly minExposures: number;
  /** For how long its version was looked at so far, by the database's clock. */
  readonly heldMs: number;
  /** A person has said to go on with it before it has passed. */
  readonly promoted: boolean;
}

/** Everything that a look has to know before it counts, of one moment. */
export interface LookGrounds {
  readonly release: Pick<
    ReleaseRow,
    'id' | 'app' | 'environment' | 'plan' | 'rules' | 'state' | 'ending' | 'decidedBy' | 'reason'
  >;
  /** Absent where the app serves nothing in the release's environment. Of a guard: its share and its counting. */
  readonly split?: Pick<Split, 'version' | 'weight' | 'counting'>;
  /** Absent where no step of the release's plan is served. */
  readonly served?: ServedStep;
  /** There are commands that its workflow has not applied. */
  readonly unreadCommands: boolean;
  /** Of an open guard: it is noted that nothing valid could be measured. */
  readonly guardBlind: boolean;
  /** Where the tests are after the newest look; absent before the first, and where it is not known of that one. */
  readonly state?: JsonValue;
  /**
   * In the order of their measurement: the newest alone where the state is that after it, and else all; all as well where
   * the look that is to be taken is there already.
   */
  readonly looks: StoredLook[];
}

interface Row {
  readonly release: Omit<LookGrounds['release'], 'plan'>;
  readonly plan: LookGrounds['release']['plan'];
  readonly split?: Omit<NonNullable<LookGrounds['split']>, 'counting'>;
  readonly counting?: Split['counting'];
  readonly served?: ServedStep;
  readonly unreadCommands: boolean;
  readonly guardBlind: boolean;
  readonly state?: JsonValue;
  readonly looks: StoredLook[];
}

/** Reads, in one statement, what a look at a release is taken by. Throws `not_found`. */
export async function readLook(
  db: Db,
  { releaseId, stage, look }: Pick<StoredLook, 'releaseId' | 'stage' | 'look'>,
): Promise<LookGrounds> {
  const [row] = await query<Row>(
    db,
    `with after as (
       select e.stage, e.look from judged_state s join evidence e on e.release_id = s.release_id
         and e.stage = s.state->'at'->>'stage' and to_jsonb(e.look) = s.state->'at'->'look'
       where s.release_id = $1
         and not exists (select from evidence later where later.release_id = $1 and later.measured_at > e.measured_at)
         and not exists (select from evidence taken where taken.release_id = $1 and taken.stage = $2 and taken.look = $3))
     select release.plan, coalesce(guard.counting, split.counting) as counting,
       jsonb_strip_nulls(jsonb_build_object('id', release.id, 'app', release.app, 'environment', release.environment,
         'rules', release.rules, 'state', release.state, 'ending', release.ending, 'decidedBy', release.decided_by,
         'reason', release.reason)) as release,
       case when split.version is not null
         then jsonb_build_object('version', split.version, 'weight', coalesce(guard.weight, split.weight)) end as split,
       (select jsonb_build_object('stage', stage, 'holdMs', hold_ms, 'minExposures', min_exposures,
         'heldMs', held_ms, 'promoted', promoted) from served_step(release.id)) as served,
       exists (select from command where release_id = release.id and applied_at is null) as "unreadCommands",
       guard.blind_since is not null as "guardBlind",
       (select state from judged_state where release_id = release.id and exists (select from after)) as state,
       (select coalesce(jsonb_agg(jsonb_build_object('releaseId', release_id, 'stage', stage, 'look', look,
           'splitVersion', split_version, 'counts', counts, 'judgement', judgement)
           order by measured_at, split_version, look), '[]') from evidence where release_id = release.id
           and (not exists (select from after) or (stage, look) = (select after.stage, after.look from after))) as looks
     from release left join split using (app, environment)
       left join guard on guard.release_id = release.id and guard.closed_at is null and guard.split_version = split.version
     where release.id = $1`,
    [releaseId, stage, look],
  );
  if (row === undefined) throw unknownRelease(releaseId);
  const { release, plan, split, counting, served, unreadCommands, guardBlind, state, looks } = row;
  return {
    ...{ release: { ...release, plan }, unreadCommands, guardBlind, looks },
    ...(state === undefined ? {} : { state }),
    ...(served === undefined ? {} : { served }),
    ...(split === undefined ? {} : { split: { ...split, ...(counting === undefined ? {} : { counting }) } }),
  };
}
