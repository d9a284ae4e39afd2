-- Up Migration

-- Every change of a split is one function call: one round trip, one transaction. Inside a function each statement
-- sees what was committed before it (READ COMMITTED), so what is read after a lock is taken is the truth.
-- All take their locks in the same order, release row first, split row second, so they never wait for each other
-- in a circle. The locks are NO KEY UPDATE: they exclude each other like FOR UPDATE, but do not wait for the
-- foreign-key checks of rows that merely point at a release.
-- Errors for people carry SQLSTATE SL...; the hint is the remedy, the detail is JSON (config-store/translate-error.ts).

create function append_audit(
  p_actor text, p_action text, p_app text, p_environment text, p_release text, p_details jsonb
) returns void language sql as $$
  insert into audit_entry (actor, action, app, environment, release_id, details)
  values (p_actor, p_action, p_app, p_environment, p_release, jsonb_strip_nulls(p_details));
$$;

-- Moves a split on by one version, with history, audit entry and notification. The caller holds the row's lock.
create function change_split(
  p_app text, p_environment text, p_expected bigint, p_kind text, p_operation text,
  p_stable text, p_candidate text, p_weight numeric, p_salt text, p_counting jsonb, p_release text,
  p_took_out text[], p_lease_until timestamptz, p_actor text, p_reason text
) returns bigint language plpgsql as $$
declare
  changed split;
begin
  update split set version = version + 1, stable = p_stable, candidate = p_candidate, weight = p_weight,
    salt = p_salt, counting = p_counting, updated_at = now(),
    release_id = case when p_candidate is null then null else p_release end
  where app = p_app and environment = p_environment and version = p_expected
  returning * into strict changed;
  insert into split_history (app, environment, version, stable, candidate, weight, include, exclude, salt, counting,
    release_id, kind, operation_id, took_out, lease_until, reason, actor)
  values (changed.app, changed.environment, changed.version, changed.stable, changed.candidate, changed.weight,
    changed.include, changed.exclude, changed.salt, changed.counting,
    p_release, p_kind, p_operation, p_took_out, p_lease_until, p_reason, p_actor);
  perform append_audit(p_actor, 'split.' || p_kind, p_app, p_environment, p_release, jsonb_build_object(
    'version', changed.version, 'stable', p_stable, 'candidate', p_candidate, 'weight', p_weight,
    'tookOut', case when p_took_out <> '{}' then to_jsonb(p_took_out) end, 'reason', p_reason));
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  if p_release is not null then perform pg_notify('sluice_release', p_release); end if;
  return changed.version;
end $$;

-- The first stable revision of an app in an environment.
create function create_stable(
  p_app text, p_environment text, p_revision text, p_operation text, p_salt text, p_actor text, p_reason text
) returns bigint language plpgsql as $$
declare
  stored bigint;
begin
  insert into split (app, environment, version, stable, salt) values (p_app, p_environment, 1, p_revision, p_salt)
  on conflict (app, environment) do nothing;
  if not found then
    select version into stored from split_history
    where app = p_app and environment = p_environment and operation_id = p_operation;
    if found then return stored; end if;
    raise exception '% already has a stable revision in %.', p_app, p_environment using errcode = 'SL409',
      hint = 'Release the new one: sluice release start.';
  end if;
  insert into split_history (app, environment, version, stable, weight, include, exclude, salt, kind, operation_id,
    reason, actor)
  values (p_app, p_environment, 1, p_revision, 0, '{}', '{}', p_salt, 'create', p_operation, p_reason, p_actor);
  perform append_audit(p_actor, 'split.create', p_app, p_environment, null,
    jsonb_build_object('version', 1, 'stable', p_revision, 'reason', p_reason));
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  return 1;
end $$;

-- Puts a candidate on a share of the traffic, or more of it (invariants 5, 6, 9). Needs a release that progresses:
-- the lock on its row makes a pause, an abort or a rollback come wholly before this or wholly after.
create function raise_split(
  p_app text, p_environment text, p_release text, p_operation text, p_expected bigint, p_candidate text,
  p_weight numeric, p_salt text, p_counting jsonb, p_ttl_ms integer, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored bigint;
begin
  select * into rel from release
  where id = p_release and app = p_app and environment = p_environment for no key update;
  if not found then
    raise exception 'There is no release % of % in %.', p_release, p_app, p_environment using errcode = 'SL404',
      hint = 'See: sluice release list.';
  end if;
  select version into stored from split_history
  where app = p_app and environment = p_environment and operation_id = p_operation;
  if found then return jsonb_build_object('kind', 'repeated', 'version', stored); end if;
  if rel.state <> 'progressing' then
    return jsonb_build_object('kind', 'not-progressing', 'state', rel.state);
  end if;
  if rel.revision <> p_candidate then
    raise exception 'Release % is about %, not %.', p_release, rel.revision, p_candidate using errcode = 'SL409';
  end if;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  if not found then
    raise exception '% has no stable revision in %.', p_app, p_environment using errcode = 'SLNAC',
      hint = 'Give it one first: sluice app create --stable.';
  end if;
  if cur.version <> p_expected then return jsonb_build_object('kind', 'moved', 'version', cur.version); end if;
  insert into lease (app, environment, release_id, ttl_ms) values (p_app, p_environment, p_release, p_ttl_ms)
  on conflict (app, environment) do update
    set release_id = excluded.release_id, ttl_ms = excluded.ttl_ms, renewed_at = now();
  return jsonb_build_object('kind', 'written', 'version', change_split(p_app, p_environment, p_expected, 'raise',
    p_operation, cur.stable, p_candidate, p_weight, p_salt, p_counting, p_release, '{}', null, p_actor, p_reason));
end $$;

-- The point of no return: the candidate becomes stable and its release closes.
create function promote_candidate(
  p_release text, p_operation text, p_expected bigint, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored bigint;
  written bigint;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  select version into stored from split_history
  where app = rel.app and environment = rel.environment and operation_id = p_operation;
  if found then return jsonb_build_object('kind', 'repeated', 'version', stored); end if;
  if rel.state <> 'progressing' then
    return jsonb_build_object('kind', 'not-progressing', 'state', rel.state);
  end if;
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  if cur.version is distinct from p_expected then
    return jsonb_build_object('kind', 'moved', 'version', cur.version);
  end if;
  if cur.candidate is distinct from rel.revision then
    raise exception 'Release % has put no candidate on the traffic of %.', p_release, rel.app using errcode = 'SL409';
  end if;
  written := change_split(rel.app, rel.environment, p_expected, 'promote', p_operation, cur.candidate, null, 0,
    cur.salt, null, p_release, '{}', null, p_actor, p_reason);
  update release set state = 'promoted', reason = p_reason, closed_at = now(), updated_at = now() where id = p_release;
  delete from lease where app = rel.app and environment = rel.environment;
  return jsonb_build_object('kind', 'written', 'version', written);
end $$;

-- The revisions that a rollback may go back to, the one that served last first (invariant 8): each was made stable
-- by a release (or as the first), and has not been taken out since.
create function former_stables(p_app text, p_environment text)
returns table (revision text, served_until bigint) language sql stable as $$
  with history as (select * from split_history where app = p_app and environment = p_environment),
    made as (select stable, max(version) as at from history where kind in ('create', 'promote') group by stable),
    taken as (select unnest(took_out) as stable, max(version) as at from history group by 1),
    served as (select stable, max(version) as at from history group by stable)
  select made.stable, served.at from made
    join served using (stable)
    left join taken using (stable)
  where made.at > coalesce(taken.at, 0)
  order by served.at desc;
$$;

-- Was the newest write that changed what serves a rollback? Then another rollback that names nothing has nothing
-- to do: pressing twice never takes out what the first press brought back.
create function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind = 'rollback' from split_history
    where app = p_app and environment = p_environment and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;

-- Takes a revision out of an environment (DESIGN section 5; invariants 5, 7, 8). `p_take_out` and `p_to` are digests.
create function roll_back(
  p_app text, p_environment text, p_take_out text, p_to text, p_operation text, p_actor text, p_reason text,
  p_ending text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored split_history;
  bad text := p_take_out;
  target text;
  serves boolean;
  leaving text[];
  lease_end timestamptz;
  written bigint;
begin
  select * into rel from release where app = p_app and environment = p_environment
    and state in ('starting', 'progressing', 'paused', 'rolling_back') for no key update;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  if not found then
    raise exception '% has no stable revision in %.', p_app, p_environment using errcode = 'SLNAC',
      hint = 'Give it one first: sluice app create --stable.';
  end if;
  select * into stored from split_history
  where app = p_app and environment = p_environment and operation_id = p_operation;
  if found then
    return jsonb_build_object('kind', 'done', 'version', stored.version,
      'takenOut', coalesce(p_take_out, stored.took_out[1]), 'serving', stored.stable);
  end if;

  if bad is null and p_to is not null and not (cur.stable = p_to and cur.candidate is null) then
    bad := coalesce(nullif(cur.candidate, p_to), cur.stable);
  elsif bad is null and p_to is null and cur.candidate is not null then
    bad := cur.candidate;
  elsif bad is null and p_to is null and not was_just_rolled_back(p_app, p_environment) then
    bad := cur.stable;
  end if;
  serves := bad is not null and (bad = cur.stable or bad is not distinct from cur.candidate);
  -- What an open release has in flight is fenced off by a new version, even with nothing to undo.
  if bad is null or (not serves and (rel.id is null or rel.revision <> bad or rel.state = 'rolling_back')) then
    return jsonb_build_object('kind', 'already', 'version', cur.version, 'serving', cur.stable);
  end if;

  if not serves then
    target := cur.stable;
  elsif p_to is not null then
    target := p_to;
  elsif bad = cur.stable then
    select revision into target from former_stables(p_app, p_environment) where revision <> bad limit 1;
  else
    target := cur.stable;
  end if;
  if target is null then
    raise exception 'There is no former stable revision of % in % to go back to.', p_app, p_environment
      using errcode = 'SL409', hint = 'Name one that was published: sluice rollback --to LABEL.';
  end if;
  if target = bad then
    raise exception 'A rollback cannot take out the revision that it goes back to.' using errcode = 'SL409',
      hint = 'Name another one with --to.';
  end if;

  leaving := array(select distinct gone from unnest(array[bad, case when target <> cur.stable then cur.stable end]) as gone
    where serves and gone is not null);
  if cur.candidate is not null and target = cur.stable then
    select renewed_at + ttl_ms * interval '1 millisecond' into lease_end from lease
    where app = p_app and environment = p_environment and release_id = cur.release_id;
  end if;
  written := change_split(p_app, p_environment, cur.version, 'rollback', p_operation, target, null, 0, cur.salt, null,
    coalesce(cur.release_id, rel.id), leaving, lease_end, p_actor, p_reason);
  update release set state = 'rolling_back', reason = p_reason, updated_at = now(),
    ending = case when revision = bad then p_ending else 'superseded' end
  where id = rel.id and state <> 'rolling_back';
  return jsonb_build_object('kind', 'done', 'version', written, 'takenOut', bad, 'serving', target);
end $$;

-- Records what a person decided, with what must happen at once: an abort takes the candidate out, a pause stops
-- raises, all in this transaction (invariants 5, 18).
create function record_command(
  p_release text, p_kind text, p_actor text, p_reason text, p_key text, p_expected_stage text, p_expected_version bigint
) returns jsonb language plpgsql as $$
declare
  rel release;
  made command;
  split_version bigint;
  repeated boolean := true;
  next_state text;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  select * into made from command where release_id = p_release and idempotency_key = p_key;
  if not found then
    repeated := false;
    select version into split_version from split where app = rel.app and environment = rel.environment;
    if rel.closed_at is not null then
      raise exception 'Release % has ended: %.', p_release, rel.state using errcode = 'SL409',
        detail = json_build_object('state', rel.state), hint = 'See: sluice release status.';
    elsif p_expected_stage is not null and p_expected_stage is distinct from rel.stage then
      raise exception 'Release % is in stage %, not in %.', p_release, coalesce(rel.stage, 'none'), p_expected_stage
        using errcode = 'SL409', hint = 'Look at it again, then decide.';
    elsif p_expected_version is not null and p_expected_version is distinct from split_version then
      raise exception 'The split of % is at version %, not %.', rel.app, split_version, p_expected_version
        using errcode = 'SL409', hint = 'Look at it again, then decide.';
    elsif p_kind <> 'abort' and rel.state in ('starting', 'rolling_back') then
      raise exception 'Release % cannot % now: it is %.', p_release, p_kind, rel.state using errcode = 'SL409',
        detail = json_build_object('state', rel.state),
        hint = case rel.state when 'starting' then 'Try again in a moment.' else 'It is being taken back.' end;
    end if;
    insert into command (release_id, kind, actor, reason, idempotency_key, expected_stage, expected_version)
    values (p_release, p_kind, p_actor, p_reason, p_key, p_expected_stage, p_expected_version) returning * into made;
    perform append_audit(p_actor, 'release.' || p_kind, rel.app, rel.environment, p_release,
      jsonb_build_object('command', made.id, 'stage', rel.stage, 'reason', p_reason));
    if p_kind = 'abort' then
      perform roll_back(rel.app, rel.environment, rel.revision, null, 'command/' || made.id, p_actor,
        coalesce(p_reason, 'aborted by ' || p_actor), 'aborted');
    else
      next_state := case p_kind when 'pause' then 'paused' when 'resume' then 'progressing' else rel.state end;
      update release set state = next_state, updated_at = now(),
        reason = case when next_state <> rel.state then coalesce(p_reason, p_kind || ' by ' || p_actor) else reason end
      where id = p_release;
    end if;
    perform pg_notify('sluice_release', p_release);
  elsif made.kind <> p_kind then
    raise exception 'The idempotency key % was used for % before.', p_key, made.kind using errcode = 'SL409',
      hint = 'Use a new key for a new decision.';
  end if;
  return jsonb_build_object('repeated', repeated, 'commandId', made.id,
    'weight', coalesce((select weight from split where app = rel.app and environment = rel.environment), 0));
end $$;

-- Ends a release (idempotent). How a rollback under way ends was decided when it began. Returns whether it was open.
create function close_release(p_release text, p_outcome text, p_from text[], p_reason text)
returns boolean language plpgsql as $$
declare
  rel release;
  outcome text;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  if rel.closed_at is not null then return false; end if;
  outcome := case when rel.state = 'rolling_back' then coalesce(rel.ending, p_outcome) else p_outcome end;
  if rel.state <> 'rolling_back' and rel.state <> all (p_from) then
    raise exception 'Release % is %: it cannot end as %.', p_release, rel.state, p_outcome using errcode = 'SL409';
  end if;
  if exists (select from split where release_id = p_release and candidate is not null) then
    raise exception 'Release % still has its candidate on the traffic.', p_release using errcode = 'SL409',
      hint = 'Take it out first: a release that ends leaves nothing behind.';
  end if;
  update release set state = outcome, reason = p_reason, closed_at = now(), updated_at = now() where id = p_release;
  delete from lease where release_id = p_release;
  perform append_audit(rel.actor, 'release.' || outcome, rel.app, rel.environment, p_release,
    jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  perform pg_notify('sluice_release', p_release);
  return true;
end $$;

-- Ends sessions that sit on a split: those that hold a write lock on splits or releases in a transaction older than
-- that and wait for nobody themselves. Only if the rows that a rollback needs are really locked.
create function terminate_blockers(p_app text, p_environment text, p_older_than_ms integer)
returns table (pid integer, application_name text, age_ms bigint) language plpgsql as $$
declare
  free boolean;
begin
  free := exists (select from split where app = p_app and environment = p_environment for no key update skip locked)
    and (select count(*) from release where app = p_app and environment = p_environment and closed_at is null)
      = (select count(*) from (select from release where app = p_app and environment = p_environment
          and closed_at is null for no key update skip locked) as unlocked);
  if free then return; end if;
  -- Materialized: nothing is ended before every condition has been looked at.
  return query
    with blocker as materialized (
      select a.pid, a.application_name, (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::bigint as age_ms
      from pg_stat_activity a
      where a.pid <> pg_backend_pid() and a.datname = current_database()
        and a.xact_start < clock_timestamp() - p_older_than_ms * interval '1 millisecond'
        and a.wait_event_type is distinct from 'Lock'
        and exists (select from pg_locks l where l.pid = a.pid and l.granted and l.locktype = 'relation'
          and l.relation in ('split'::regclass, 'release'::regclass)
          and l.mode in ('RowShareLock', 'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
            'AccessExclusiveLock'))
    )
    select b.pid, b.application_name, b.age_ms from blocker b where pg_terminate_backend(b.pid);
end $$;

-- Down Migration

drop function terminate_blockers, close_release, record_command, roll_back, was_just_rolled_back, former_stables,
  promote_candidate, raise_split, create_stable, change_split, append_audit;
