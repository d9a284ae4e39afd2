-- Up Migration

-- Who decided how a release ends: a person, or the system. Set when its taking back begins, or when it is closed.
alter table release add column decided_by text;

-- What the person saw who promoted a step, and whether he meant to end a pause with it.
alter table command add column expected_weight numeric(5, 2), add column resume boolean not null default false;

-- `override`: a person went on over what the step had shown; `details` has by whom and on what evidence.
alter table stage_result drop constraint stage_result_outcome_check;
alter table stage_result add constraint stage_result_outcome_check
  check (outcome in ('pass', 'fail', 'inconclusive', 'skipped', 'error', 'override'));

-- How far a release is (domain/release/progress.ts): what its workflow's run carries is its id alone. `run_id` is the
-- run that may write it, `sequence` keeps an older state from replacing a newer one.
create table release_progress (
  release_id text primary key references release (id),
  run_id text not null,
  sequence bigint not null,
  state jsonb not null,
  updated_at timestamptz not null default now()
);

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
  update release set state = 'promoted', reason = p_reason, decided_by = p_actor, closed_at = now(),
    updated_at = now() where id = p_release;
  delete from lease where app = rel.app and environment = rel.environment;
  perform append_audit(p_actor, 'release.promoted', rel.app, rel.environment, p_release,
    jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  return jsonb_build_object('kind', 'written', 'version', written);
end $$;

-- As before, and the release remembers who began its taking back.
create or replace function roll_back(
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
  update release set state = 'rolling_back', reason = p_reason, updated_at = now(), decided_by = p_actor,
    ending = case when revision = bad then p_ending else 'superseded' end
  where id = rel.id and state <> 'rolling_back';
  return jsonb_build_object('kind', 'done', 'version', written, 'takenOut', bad, 'serving', target);
end $$;

-- Records what a person decided, with what must happen at once: an abort takes the candidate out, a pause stops
-- raises, all in this transaction (invariants 5, 18). A decision that names what its maker saw is refused where the
-- release has moved on; a promotion is for a step that is served, and ends a pause only where it says so.
drop function record_command(text, text, text, text, text, text, bigint);
create function record_command(
  p_release text, p_kind text, p_actor text, p_reason text, p_key text, p_expected_stage text,
  p_expected_version bigint, p_expected_weight numeric default null, p_resume boolean default false
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  made command;
  share numeric := 0;
  repeated boolean := true;
  next_state text;
  who text := case p_kind when 'pause' then 'paused by ' when 'resume' then 'resumed by '
    when 'abort' then 'aborted by ' else 'promoted by ' end || p_actor || coalesce(': ' || p_reason, '');
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  select * into cur from split where app = rel.app and environment = rel.environment;
  if cur.release_id = p_release then share := cur.weight; end if;
  select * into made from command where release_id = p_release and idempotency_key = p_key;
  if not found then
    repeated := false;
    if rel.closed_at is not null then
      raise exception 'Release % has ended: %.', p_release, rel.state using errcode = 'SL409',
        detail = json_build_object('state', rel.state), hint = 'See: sluice release status.';
    elsif (p_expected_stage is not null and p_expected_stage is distinct from rel.stage)
      or (p_expected_weight is not null and p_expected_weight <> share)
      or (p_expected_version is not null and p_expected_version is distinct from cur.version) then
      raise exception 'Release % has moved on: it is in stage % at % %% (split version %), not in % at % %% (split version %).',
        p_release, coalesce(rel.stage, 'none'), trim_scale(share), cur.version,
        coalesce(p_expected_stage, rel.stage, 'none'), trim_scale(coalesce(p_expected_weight, share)),
        coalesce(p_expected_version, cur.version)
        using errcode = 'SL409', hint = 'Look at it again, then decide.',
        detail = json_build_object('stage', rel.stage, 'weight', share, 'splitVersion', cur.version);
    elsif p_kind <> 'abort' and rel.state in ('starting', 'rolling_back') then
      raise exception 'Release % cannot % now: it is %.', p_release, p_kind, rel.state using errcode = 'SL409',
        detail = json_build_object('state', rel.state),
        hint = case rel.state when 'starting' then 'Try again in a moment.' else 'It is being taken back.' end;
    elsif p_kind = 'promote' and not is_served_step(rel, cur) then
      raise exception 'Release % cannot be promoted in stage %: no step of its own is served.', p_release,
        coalesce(rel.stage, 'none') using errcode = 'SL409',
        hint = 'A promotion ends the hold of a canary step; the gates before production are not skipped by it.';
    elsif p_kind = 'promote' and rel.state = 'paused' and not p_resume then
      raise exception 'Release % is paused: %.', p_release, coalesce(rel.reason, 'nobody said why')
        using errcode = 'SL409', detail = json_build_object('state', rel.state, 'reason', rel.reason),
        hint = 'Resume it first, or say that the promotion ends the pause: sluice release promote --resume.';
    end if;
    insert into command (release_id, kind, actor, reason, idempotency_key, expected_stage, expected_version,
      expected_weight, resume)
    -- A promotion is always about the step that is served when it is given: taken for a later one, it would skip a
    -- step that nobody has measured.
    values (p_release, p_kind, p_actor, p_reason, p_key,
      coalesce(p_expected_stage, case p_kind when 'promote' then rel.stage end),
      coalesce(p_expected_version, case p_kind when 'promote' then cur.version end),
      coalesce(p_expected_weight, case p_kind when 'promote' then share end), p_resume) returning * into made;
    perform append_audit(p_actor, 'release.' || p_kind, rel.app, rel.environment, p_release,
      jsonb_build_object('command', made.id, 'stage', rel.stage, 'weight', share, 'version', cur.version,
        'resume', nullif(p_resume and rel.state = 'paused', false), 'reason', p_reason));
    if p_kind = 'abort' then
      perform roll_back(rel.app, rel.environment, rel.revision, null, 'command/' || made.id, p_actor, who, 'aborted');
    else
      next_state := case when p_kind = 'pause' then 'paused' when p_kind = 'resume' or p_resume then 'progressing'
        else rel.state end;
      update release set state = next_state, updated_at = now(),
        reason = case when next_state <> rel.state then who else reason end
      where id = p_release;
    end if;
    perform pg_notify('sluice_release', p_release);
  elsif made.kind <> p_kind then
    raise exception 'The idempotency key % was used for % before.', p_key, made.kind using errcode = 'SL409',
      hint = 'Use a new key for a new decision.';
  end if;
  -- Read again: an abort has taken the candidate out.
  return jsonb_build_object('repeated', repeated, 'commandId', made.id,
    'weight', coalesce((select weight from split where app = rel.app and environment = rel.environment), 0));
end $$;

-- Has the stage that a release is in written the split that is in force? Between the entry of a stage and its write
-- the weight of the step before is served, which nobody may mistake for the new one.
create function is_served_step(rel release, cur split) returns boolean language sql stable as $$
  select exists (
    select from split_history where app = cur.app and environment = cur.environment and version = cur.version
      and kind = 'raise' and starts_with(operation_id || '/', rel.id || '/' || rel.stage || '/'));
$$;

-- Ends a release (idempotent). How a rollback under way ends, and who wanted that, was decided when it began.
-- Returns whether it was open.
drop function close_release(text, text, text[], text);
create function close_release(
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
  perform pg_notify('sluice_release', p_release);
  return true;
end $$;
