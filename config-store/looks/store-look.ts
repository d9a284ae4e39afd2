import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { json, queryOneChainedLater, type Db } from '../postgres/db.ts';
import type { StoredLook } from './read-look.ts';

export interface LookToStore {
  readonly releaseId: string;
  readonly stage: string;
  /** 0, 1, 2, ... within the stage. */
  readonly look: number;
  readonly splitVersion: number;
  readonly counts: JsonValue;
  readonly judgement: JsonValue;
  /** What status and the event stream show; left out, nothing changes there. */
  readonly progress?: JsonObject;
  /** Where the tests of means are with this look; left out, it stays what it was. */
  readonly state?: object | undefined;
  /** How long the candidate may be served from now on; left out, its lease is not renewed. */
  readonly leaseMs?: number;
}

export interface LookStored {
  /** Absent where this look was stored before: that one stays as it is. */
  readonly stored?: Pick<StoredLook, 'counts'>;
  /** The lease was renewed: not where the release is rolling back, or has ended, its guard included. */
  readonly renewed: boolean;
}

/**
 * Stores what a look saw and concluded, shows it, and renews the lease, in one statement. Its entry of the audit log is
 * chained by whoever chains next (docs/decisions/0073).
 */
export function storeLook(db: Db, look: LookToStore): Promise<LookStored> {
  const { releaseId, stage, splitVersion, counts, judgement, progress, state, leaseMs } = look;
  return queryOneChainedLater<LookStored>(
    db,
    `with stored as (
       insert into evidence (release_id, stage, look, split_version, counts, judgement)
       values ($1, $2, $3, $4, $5, $6) on conflict (release_id, stage, look) do nothing returning counts),
     kept as (
       insert into judged_state (release_id, state) select $1, $9::jsonb from stored where $9::jsonb is not null
       on conflict (release_id) do update set state = excluded.state, at = now()),
     -- Its lock comes before that of the lease, as for whoever takes a release back.
     noted as (
       update release set stage = case when $7::jsonb is null then stage else $2 end,
         progress = coalesce($7, progress), updated_at = now(),
         waiting_for = case when $7::jsonb is null then waiting_for end,
         waiting_since = case when $7::jsonb is null then waiting_since end,
         waiting_until = case when $7::jsonb is null then waiting_until end
       where id = $1 and (closed_at is null or exists (
         select from guard where release_id = $1 and closed_at is null and split_version = $4))
       returning id, app, environment, state),
     renewed as (
       insert into lease (app, environment, release_id, ttl_ms)
       select app, environment, id, $8 from noted where state in ('progressing', 'paused', 'promoted') and $8::integer is not null
       on conflict (app, environment) do update
         set release_id = excluded.release_id, ttl_ms = excluded.ttl_ms, renewed_at = now()
       returning release_id),
     told as (select pg_notify('sluice_release', $1))
     select (select jsonb_build_object('counts', counts) from stored) as stored,
       exists (select from renewed) as renewed from told`,
    [
      ...[releaseId, stage, look.look, splitVersion, json(counts), json(judgement), json(progress), leaseMs],
      json(state),
    ],
  );
}
