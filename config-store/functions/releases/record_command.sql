-- Records what a person decided, with what must happen at once: an abort takes the candidate out, a pause stops raises, all
-- in this transaction (invariants 5, 18).
create or replace function record_command(
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
  rel := lock_release(p_release);
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
      perform move_release(p_release, next_state, who, null, null);
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
