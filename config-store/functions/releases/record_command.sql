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
  refused jsonb;
  who text := case p_kind when 'pause' then 'paused by ' when 'resume' then 'resumed by '
    when 'abort' then 'aborted by ' else 'promoted by ' end || p_actor || coalesce(': ' || p_reason, '');
begin
  rel := lock_release(p_release);
  select * into cur from split where app = rel.app and environment = rel.environment;
  if cur.release_id = p_release then share := cur.weight; end if;
  select * into made from command where release_id = p_release and idempotency_key = p_key;
  if not found then
    repeated := false;
    refused := command_refusal(rel, cur, p_kind, p_expected_stage, p_expected_version, p_expected_weight, p_resume);
    if refused is not null then
      raise exception '%', refused ->> 'message' using errcode = 'SL409',
        detail = coalesce(refused ->> 'detail', '{}'), hint = refused ->> 'hint';
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
  select * into cur from split where app = rel.app and environment = rel.environment;
  return jsonb_build_object('repeated', repeated, 'commandId', made.id, 'weight', coalesce(cur.weight, 0),
    'audience', audience_share(cur));
end $$;
