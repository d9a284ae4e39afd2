-- Takes a revision out of an environment (DESIGN section 5; invariants 5, 7, 8, 28). `p_take_out`, `p_to` and
-- `p_seen_revision` are digests; `p_seen_version` is the split version that the person looked at.
create or replace function roll_back(
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
  if not found then perform refuse_inactive(p_app, p_environment); end if;
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
  serves := serves_there(cur, bad);
  if not can_take_out(rel, cur, bad) then
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
  if rel.id is not null then
    perform move_release(rel.id, 'rolling_back', p_reason, p_actor,
      case when rel.revision = bad then p_ending else 'superseded' end);
  end if;
  return jsonb_build_object('kind', 'done', 'version', written, 'takenOut', bad, 'serving', target,
    'override', override, 'skipped', coalesce(way->'skipped', '[]'));
end $$;
