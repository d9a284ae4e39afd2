-- Up Migration

-- At once, and in the order in which a rollback takes them: one under the programs of before would wait for us while we
-- wait for it.
lock table release, split, split_history in access exclusive mode;

-- What was found of a revision in an environment, newest last. *Condemned*: found bad by a gate, by a guardrail, or by a
-- person who took it out; a rollback never goes back to it by itself. *Cleared*: promoted by a later release, or chosen
-- by name. Being replaced, or a release that was not judged to its end, finds nothing.
create table verdict (
  id bigint generated always as identity primary key,
  app text not null,
  environment text not null,
  revision text not null,
  kind text not null check (kind in ('condemned', 'cleared')),
  cause text not null check (cause in ('gate', 'guardrail', 'person', 'promotion', 'choice', 'override')),
  release_id text,
  actor text not null,
  reason text not null,
  at timestamptz not null default now(),
  foreign key (app, revision) references revision (app, digest),
  check ((kind = 'condemned') = (cause in ('gate', 'guardrail', 'person')))
);
create index verdict_of_revision on verdict (app, environment, revision, id desc);

-- What else a rollback came to, for whoever repeats it: what it took out, and what it passed over.
alter table split_history add column details jsonb not null default '{}';

-- Why a revision is condemned now; of several findings the gravest, then the newest. NULL where it is not.
create function condemnation(p_app text, p_environment text, p_revision text) returns verdict language sql stable as $$
  select found from verdict found
  where app = p_app and environment = p_environment and revision = p_revision and kind = 'condemned'
    and id > coalesce((select max(id) from verdict
      where app = p_app and environment = p_environment and revision = p_revision and kind = 'cleared'), 0)
  order by cause = 'person', id desc limit 1;
$$;

create function condemn(
  p_app text, p_environment text, p_revision text, p_cause text, p_release text, p_actor text, p_reason text
) returns void language plpgsql as $$
begin
  insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason)
  values (p_app, p_environment, p_revision, 'condemned', p_cause, p_release, p_actor, p_reason);
  perform append_audit(p_actor, 'revision.condemned', p_app, p_environment, p_release,
    jsonb_build_object('revision', p_revision, 'by', p_cause, 'reason', p_reason));
end $$;

-- Makes a condemned revision good again; without effect on any other.
create function clear_condemnation(
  p_app text, p_environment text, p_revision text, p_cause text, p_release text, p_actor text, p_reason text
) returns void language plpgsql as $$
declare
  standing verdict := condemnation(p_app, p_environment, p_revision);
begin
  if standing.id is null then return; end if;
  insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason)
  values (p_app, p_environment, p_revision, 'cleared', p_cause, p_release, p_actor, p_reason);
  perform append_audit(p_actor, 'revision.cleared', p_app, p_environment, p_release, jsonb_build_object(
    'revision', p_revision, 'by', p_cause, 'reason', p_reason, 'condemnedBy', standing.cause,
    'condemnedFor', standing.reason));
end $$;

-- When a release (or the first publication) made a revision stable for the last time; NULL where none ever did.
create function made_stable_at(p_app text, p_environment text, p_revision text) returns bigint language sql stable as $$
  select max(version) from split_history
  where app = p_app and environment = p_environment and stable = p_revision and kind in ('create', 'promote');
$$;

-- Does going to that one undo an earlier step back, instead of being one? To what was made stable later than the
-- present one, or never by a release. Then the present one is only displaced: nobody says that it is bad.
create function goes_forward(p_app text, p_environment text, p_from text, p_to text) returns boolean
language sql stable as $$
  select there is null or coalesce(there > made_stable_at(p_app, p_environment, p_from), false)
  from made_stable_at(p_app, p_environment, p_to) as there;
$$;

-- The revisions that a rollback may go back to by itself, the one that served last first (invariants 8, 28).
create or replace function former_stables(p_app text, p_environment text)
returns table (revision text, served_until bigint) language sql stable as $$
  select stable, max(version) from split_history
  where app = p_app and environment = p_environment and stable is not null
  group by stable
  having (condemnation(p_app, p_environment, stable)).id is null
  order by 2 desc;
$$;

-- Is the newest change of what serves a rollback? Then a press that names nothing, and says nothing of what its maker
-- saw, may be a second one, or about a candidate that is gone: it takes nothing out, whatever time has passed.
create or replace function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind = 'rollback' from split_history
    where app = p_app and environment = p_environment and kind <> 'heal' and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;

alter table split_history drop constraint split_history_kind_check;
alter table split_history add constraint split_history_kind_check
  check (kind in ('create', 'raise', 'promote', 'rollback', 'heal'));

-- What a revision needs that a gateway with this fingerprint has not; NULL where nothing is known to be missing.
create function unbound_for(fingerprint jsonb, content jsonb) returns text language sql immutable as $$
  select coalesce(
    (select format('its environment has no provider "%s"', target->>'provider')
      from jsonb_array_elements(content->'chain') target
      where jsonb_typeof(fingerprint->'providers') = 'object' and not fingerprint->'providers' ? (target->>'provider')
      limit 1),
    case when jsonb_typeof(fingerprint->'retrievers') = 'array' and content->'retrieval'->>'by' = 'gateway'
        and not fingerprint->'retrievers' ? (content->'retrieval'->>'retriever')
      then format('its environment has no retriever "%s"', content->'retrieval'->>'retriever') end);
$$;

-- Why each live gateway that cannot serve a revision cannot, with all that are alive; no gateway is no reason.
create function servability(p_app text, p_environment text, p_revision text)
returns table (gateway_id text, reason text) language sql stable as $$
  select live.id, coalesce(
    (select live.refusals->p_app->>'reason' from split_history refused
      where refused.app = p_app and refused.environment = p_environment
        and refused.version = (live.refusals->p_app->>'version')::bigint
        and coalesce(refused.candidate, refused.stable) = p_revision),
    unbound_for(live.fingerprint, content))
  from gateway_instance live join revision on revision.app = p_app and revision.digest = p_revision
  where live.environment = p_environment and live.ended_at is null
    and live.heartbeat_at > clock_timestamp() - interval '5 seconds'
  order by live.id;
$$;

-- Why no live gateway can serve a revision; NULL where one can, or none is alive to say so.
create function cannot_serve(p_app text, p_environment text, p_revision text) returns text language sql stable as $$
  select case when count(*) > 0 and count(*) = count(reason)
    then string_agg(distinct reason, '; ') || ' (' || string_agg(gateway_id, ', ') || ')' end
  from servability(p_app, p_environment, p_revision);
$$;

-- `taken out by user:ada: bad answers`
create function condemned_because(standing verdict) returns text language sql immutable as $$
  select case standing.cause when 'gate' then 'blocked by a gate' when 'guardrail' then 'taken back by a guardrail'
    else 'taken out by ' || standing.actor end || ': ' || standing.reason;
$$;

create function label_of(p_app text, p_revision text) returns text language sql stable as $$
  select coalesce((select label from revision where app = p_app and digest = p_revision), p_revision);
$$;

-- The former stable that a rollback goes back to by itself, with those that served later and were passed over.
create function way_back(p_app text, p_environment text, p_bad text) returns jsonb language plpgsql stable as $$
declare
  former record;
  skipped jsonb := '[]';
  why text;
begin
  for former in
    select stable as revision, condemnation(p_app, p_environment, stable) as standing from split_history
    where app = p_app and environment = p_environment and stable is not null and stable is distinct from p_bad
    group by stable order by max(version) desc
  loop
    why := coalesce(condemned_because(former.standing), cannot_serve(p_app, p_environment, former.revision));
    if why is null then return jsonb_build_object('target', former.revision, 'skipped', skipped); end if;
    skipped := skipped || jsonb_build_object('revision', former.revision, 'reason', why);
  end loop;
  return jsonb_build_object('skipped', skipped);
end $$;

-- Refuses what a person names with `--to` where it must not serve. Returns whether it is an override.
create function judge_choice(p_app text, p_environment text, p_to text, p_force boolean) returns boolean
language plpgsql stable as $$
declare
  label text := label_of(p_app, p_to);
  standing verdict := condemnation(p_app, p_environment, p_to);
  wrong text := cannot_serve(p_app, p_environment, p_to);
begin
  if wrong is not null then
    raise exception '% cannot be served in %: %.', label, p_environment, rtrim(wrong, '.') using errcode = 'SL409',
      hint = 'Mend that first, or name another one with --to: what cannot be served helps nobody.',
      detail = json_build_object('revision', p_to, 'wrong', 'unservable');
  end if;
  if standing.cause in ('gate', 'guardrail') then
    wrong := format('was %s (%s UTC)', condemned_because(standing),
      to_char(standing.at at time zone 'utc', 'YYYY-MM-DD HH24:MI'));
  elsif not exists (select from split_history where app = p_app and environment = p_environment and stable = p_to) then
    wrong := 'was never stable there';
  end if;
  if wrong is null then return false; end if;
  if p_force then return true; end if;
  raise exception '% %.', label, rtrim(wrong, '.') using errcode = 'SL409',
    hint = 'To serve it all the same, say why: --force --reason "…".',
    detail = json_build_object('revision', p_to, 'wrong', coalesce(standing.cause, 'never-stable'));
end $$;

create function iso_time(at timestamptz) returns text language sql immutable as $$
  select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

-- What an `already` says beside what serves: since when, and what was taken out when.
create function already(cur split, p_bad text) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('kind', 'already', 'version', cur.version, 'serving', cur.stable,
    'servingSince', iso_time((stable_change(cur.app, cur.environment)).at),
    'takenOut', coalesce(p_bad, gone.revision), 'takenOutAt', iso_time(gone.at)))
  from (values (1)) as one left join lateral (
    select at, coalesce(p_bad, details->>'takenOut', took_out[1]) as revision from split_history
    where app = cur.app and environment = cur.environment and kind = 'rollback' and took_out <> '{}'
      and (p_bad is null or p_bad = any (took_out))
    order by version desc limit 1) gone on true;
$$;

drop function roll_back_unjudged;
drop function roll_back;

-- Takes a revision out of an environment (DESIGN section 5; invariants 5, 7, 8, 28). `p_take_out`, `p_to` and
-- `p_seen_revision` are digests; `p_seen_version` is the split version that the person looked at.
create function roll_back(
  p_app text, p_environment text, p_take_out text, p_to text, p_operation text, p_actor text, p_reason text,
  p_ending text, p_condemns boolean default true, p_seen_version bigint default null,
  p_seen_revision text default null, p_force boolean default false
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored split_history;
  shown text := p_seen_revision;
  bad text := p_take_out;
  target text;
  serves boolean;
  override boolean := false;
  found_bad boolean := p_condemns and p_ending not in ('failed', 'superseded');
  cause text := case when p_actor like 'system:%' and p_ending <> 'aborted' then 'guardrail' else 'person' end;
  leaving text[];
  gone text;
  way jsonb := '{}';
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
    return jsonb_build_object('kind', 'done', 'version', stored.version, 'serving', stored.stable, 'skipped', '[]'::jsonb,
      'takenOut', coalesce(p_take_out, stored.took_out[1])) || stored.details;
  end if;

  if p_seen_version is not null and shown is null then
    select coalesce(candidate, stable) into shown from split_history
    where app = p_app and environment = p_environment and version = p_seen_version;
    if not found then
      raise exception 'The split of % in % never had version %.', p_app, p_environment, p_seen_version
        using errcode = 'SL404', hint = 'See what serves: sluice active.';
    end if;
  end if;
  if bad is null and p_to is not null and not (cur.stable = p_to and cur.candidate is null) then
    bad := coalesce(nullif(shown, p_to), nullif(cur.candidate, p_to), cur.stable);
  elsif bad is null and p_to is null then
    bad := coalesce(shown, cur.candidate,
      case when not was_just_rolled_back(p_app, p_environment) then cur.stable end);
  end if;
  -- Taken out since it was seen: if it serves again, somebody has decided that it should.
  if exists (select from split_history where app = p_app and environment = p_environment
    and version > p_seen_version and kind = 'rollback' and bad = any (took_out)) then
    return already(cur, bad);
  end if;
  serves := bad is not null and (bad = cur.stable or bad is not distinct from cur.candidate);
  -- What an open release has in flight is fenced off by a new version, even with nothing to undo.
  if bad is null or (not serves and (rel.id is null or rel.revision <> bad or rel.state = 'rolling_back')) then
    return already(cur, bad);
  end if;

  target := case when serves then coalesce(p_to, case when bad <> cur.stable then cur.stable end) else cur.stable end;
  if target = bad and serves then
    raise exception 'A rollback cannot take out the revision that it goes back to.' using errcode = 'SL409',
      hint = 'Name another one with --to.';
  end if;
  if target is null then
    way := way_back(p_app, p_environment, bad);
    target := way->>'target';
  elsif target <> cur.stable then
    override := judge_choice(p_app, p_environment, target, p_force);
  end if;
  if target is null then
    raise exception 'There is no former stable revision of % in % to go back to%.', p_app, p_environment,
      coalesce((select ': ' || string_agg(label_of(p_app, each->>'revision') || ' was passed over, '
        || rtrim(each->>'reason', '.'), '; ') from jsonb_array_elements(way->'skipped') as each), '')
      using errcode = 'SL409', hint = 'Name one that was published: sluice rollback --to LABEL.';
  end if;

  leaving := array(select distinct each from unnest(array[bad, case when target <> cur.stable then cur.stable end]) as each
    where serves and each is not null);
  if cur.candidate is not null and target = cur.stable then
    select renewed_at + ttl_ms * interval '1 millisecond' into lease_end from lease
    where app = p_app and environment = p_environment and release_id = cur.release_id;
  end if;
  foreach gone in array leaving loop
    -- Named as bad, or left for something older: condemned. Left for something newer: only displaced.
    if found_bad and ((gone = bad and (p_to is null or p_take_out is not null or gone is distinct from cur.stable))
      or (gone = cur.stable and p_to is not null and not goes_forward(p_app, p_environment, gone, p_to))) then
      perform condemn(p_app, p_environment, gone, cause, coalesce(cur.release_id, rel.id), p_actor, p_reason);
    end if;
  end loop;
  written := change_split(p_app, p_environment, cur.version, 'rollback', p_operation, target, null, 0, cur.salt, null,
    coalesce(cur.release_id, rel.id), leaving, lease_end, p_actor, p_reason);
  update split_history set condemns = found_bad, details = jsonb_build_object('takenOut', bad, 'override', override,
      'skipped', coalesce(way->'skipped', '[]'))
  where app = p_app and environment = p_environment and version = written;
  if override then
    perform append_audit(p_actor, 'rollback.override', p_app, p_environment, rel.id, jsonb_build_object(
      'revision', target, 'version', written, 'reason', p_reason,
      'wrong', coalesce(condemned_because(condemnation(p_app, p_environment, target)), 'never stable there')));
  end if;
  if target <> cur.stable then
    perform clear_condemnation(p_app, p_environment, target, case when override then 'override' else 'choice' end,
      null, p_actor, p_reason);
  end if;
  update release set state = 'rolling_back', reason = p_reason, updated_at = now(), decided_by = p_actor,
    ending = case when revision = bad then p_ending else 'superseded' end
  where id = rel.id and state <> 'rolling_back';
  return jsonb_build_object('kind', 'done', 'version', written, 'takenOut', bad, 'serving', target,
    'override', override, 'skipped', coalesce(way->'skipped', '[]'));
end $$;

-- For programs of the version before, while both run.
create function roll_back_unjudged(
  p_app text, p_environment text, p_take_out text, p_to text, p_operation text, p_actor text, p_reason text,
  p_ending text
) returns jsonb language sql as $$
  select roll_back(p_app, p_environment, p_take_out, p_to, p_operation, p_actor, p_reason, p_ending, false);
$$;

-- As before, and a promotion makes its revision good, whatever was found of it earlier.
create or replace function promote_candidate(
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
  perform clear_condemnation(rel.app, rel.environment, rel.revision, 'promotion', p_release, p_actor, p_reason);
  update release set state = 'promoted', reason = p_reason, decided_by = p_actor, closed_at = now(),
    updated_at = now() where id = p_release;
  delete from lease where app = rel.app and environment = rel.environment;
  perform append_audit(p_actor, 'release.promoted', rel.app, rel.environment, p_release,
    jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  return jsonb_build_object('kind', 'written', 'version', written);
end $$;

-- As before, and a release that a gate has blocked condemns its revision.
create or replace function close_release(
  p_release text, p_outcome text, p_from text[], p_reason text, p_actor text default 'system:release',
  p_details jsonb default '{}'
) returns boolean language plpgsql as $$
declare
  rel release;
  outcome text;
  decider text;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  if rel.closed_at is not null then return false; end if;
  outcome := case when rel.state = 'rolling_back' then coalesce(rel.ending, p_outcome) else p_outcome end;
  decider := coalesce(case when rel.state = 'rolling_back' then rel.decided_by end, p_actor);
  if rel.state <> 'rolling_back' and rel.state <> all (p_from) then
    raise exception 'Release % is %: it cannot end as %.', p_release, rel.state, p_outcome using errcode = 'SL409';
  end if;
  if exists (select from split where release_id = p_release and candidate is not null) then
    raise exception 'Release % still has its candidate on the traffic.', p_release using errcode = 'SL409',
      hint = 'Take it out first: a release that ends leaves nothing behind.';
  end if;
  update release set state = outcome, reason = p_reason, decided_by = decider, closed_at = now(), updated_at = now()
  where id = p_release;
  delete from lease where release_id = p_release;
  perform append_audit(decider, 'release.' || outcome, rel.app, rel.environment, p_release,
    case when decider = p_actor then p_details else '{}' end
      || jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  if outcome = 'blocked' then
    perform condemn(rel.app, rel.environment, rel.revision, 'gate', p_release, decider, p_reason);
  end if;
  perform pg_notify('sluice_release', p_release);
  return true;
end $$;

-- As before; what production has condemned is condemned where it is followed, and what it has promoted is good there.
create or replace function follow_production(p_app text, p_actor text) returns void language plpgsql as $$
declare
  made split_history := stable_change(p_app, 'production');
  here split;
  label text;
  why text;
  theirs verdict;
begin
  if made.version is null then return; end if;
  select revision.label into label from revision where app = p_app and digest = made.stable;
  for here in
    select * from split where app = p_app and environment <> 'production' and is_behind(split)
    for no key update skip locked
  loop
    why := null;
    if here.stable = made.stable then
      null; -- It serves it already.
    elsif here.candidate is not null then
      why := 'a candidate is on the traffic there';
    elsif exists (select from release where app = p_app and environment = here.environment and closed_at is null) then
      why := 'a release is open there';
    else
      perform change_split(p_app, here.environment, here.version,
        case made.kind when 'rollback' then 'rollback' else 'promote' end,
        'follow/production/' || made.version, made.stable, null, 0, here.salt, null, null,
        case when made.kind = 'rollback' then array[here.stable] else '{}' end, null, p_actor,
        'production serves ' || coalesce(label, made.stable));
      theirs := condemnation(p_app, 'production', here.stable);
      if theirs.id is not null then
        perform condemn(p_app, here.environment, here.stable, theirs.cause, theirs.release_id, p_actor, theirs.reason);
      end if;
      perform clear_condemnation(p_app, here.environment, made.stable,
        case made.kind when 'rollback' then 'choice' else 'promotion' end, null, p_actor, 'production serves it');
    end if;
    insert into followed_stable as noted (app, environment, stable, production_version, outcome, reason)
    values (p_app, here.environment, made.stable, made.version,
      case when why is null then 'followed' else 'kept' end, coalesce(why, 'production serves ' || label))
    on conflict (app, environment) do update set stable = excluded.stable, outcome = excluded.outcome,
      production_version = excluded.production_version, reason = excluded.reason, at = now()
    where (noted.production_version, noted.outcome, noted.reason)
      is distinct from (excluded.production_version, excluded.outcome, excluded.reason);
    if found and why is not null then
      perform append_audit(p_actor, 'split.kept', p_app, here.environment, null,
        jsonb_build_object('stable', here.stable, 'production', made.stable, 'reason', why));
    end if;
  end loop;
end $$;

-- What was decided before, in the order in which it was: rows of splits and releases that gates had blocked. Who was
-- taken back because nothing could be measured, or with a lost workflow, was found nothing of. What a person had named
-- with `--to` is good again; what it replaced was only displaced where that was the older one.
do $$
declare
  event record;
  before split_history;
  gone text;
  decided text;
  theirs verdict;
begin
  for event in
    select history.app, history.environment, history.at, history.version, history.kind, history.stable, history.took_out,
      history.operation_id, history.actor, history.reason, history.release_id,
      history.condemns and history.operation_id not like '%/lost/%'
        and coalesce(release.state not in ('failed', 'superseded', 'inconclusive'), true)
        and (history.actor not like 'system:%' or not exists (select from stage_result
            where stage_result.release_id = release.id and outcome in ('error', 'inconclusive'))
          or exists (select from stage_result where stage_result.release_id = release.id and outcome = 'fail'))
        as judged,
      history.actor like 'system:%' and release.state is distinct from 'aborted' as by_system
    from split_history history left join release on release.id = history.release_id
    union all
    select app, environment, closed_at, null, 'blocked', null, array[revision], '', coalesce(decided_by, 'system:release'),
      coalesce(reason, 'blocked'), id, true, true
    from release where state = 'blocked'
    order by 3, 4 nulls first
  loop
    select * into before from split_history
    where app = event.app and environment = event.environment and version < event.version order by version desc limit 1;
    foreach gone in array event.took_out loop
      decided := case when event.kind = 'blocked' then 'gate' when event.by_system then 'guardrail' else 'person' end;
      if event.operation_id like 'follow/production/%' then
        theirs := condemnation(event.app, 'production', gone);
        continue when theirs.id is null;
        decided := theirs.cause;
      end if;
      continue when not event.judged or (gone = before.stable and (
        select max(version) filter (where stable = event.stable) is null
          or coalesce(max(version) filter (where stable = event.stable) > max(version) filter (where stable = gone), false)
        from split_history where app = event.app and environment = event.environment and version < event.version
          and kind in ('create', 'promote')));
      insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason, at)
      values (event.app, event.environment, gone, 'condemned', decided, event.release_id, event.actor, event.reason, event.at);
    end loop;
    if event.stable is distinct from before.stable
      and (condemnation(event.app, event.environment, event.stable)).id is not null then
      insert into verdict (app, environment, revision, kind, cause, release_id, actor, reason, at)
      values (event.app, event.environment, event.stable, 'cleared',
        case event.kind when 'rollback' then 'choice' else 'promotion' end, event.release_id, event.actor, event.reason,
        event.at);
    end if;
  end loop;
end $$;
