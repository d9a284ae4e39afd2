-- Why a command cannot be recorded now, as {message, hint, detail}; null where it can. `record_command` refuses by it, and
-- what people are offered is offered by it.
create or replace function command_refusal(
  rel release, cur split, p_kind text, p_expected_stage text default null, p_expected_version bigint default null,
  p_expected_weight numeric default null, p_resume boolean default false
) returns jsonb language plpgsql stable as $$
declare
  share numeric := 0;
begin
  if cur.release_id = rel.id then share := cur.weight; end if;
  if rel.closed_at is not null then
    return jsonb_build_object('message', format('Release %s has ended: %s.', rel.id, rel.state),
      'detail', jsonb_build_object('state', rel.state), 'hint', 'See: sluice release status.');
  elsif (p_expected_stage is not null and p_expected_stage is distinct from rel.stage)
    or (p_expected_weight is not null and p_expected_weight <> share)
    or (p_expected_version is not null and p_expected_version is distinct from cur.version) then
    return jsonb_build_object('message', format(
        'Release %s has moved on: it is in stage %s at %s %% (split version %s), not in %s at %s %% (split version %s).',
        rel.id, coalesce(rel.stage, 'none'), trim_scale(share), cur.version,
        coalesce(p_expected_stage, rel.stage, 'none'), trim_scale(coalesce(p_expected_weight, share)),
        coalesce(p_expected_version, cur.version)),
      'hint', 'Look at it again, then decide.',
      'detail', jsonb_build_object('stage', rel.stage, 'weight', share, 'splitVersion', cur.version));
  elsif p_kind <> 'abort' and rel.state in ('starting', 'rolling_back') then
    return jsonb_build_object('message', format('Release %s cannot %s now: it is %s.', rel.id, p_kind, rel.state),
      'detail', jsonb_build_object('state', rel.state),
      'hint', case rel.state when 'starting' then 'Try again in a moment.' else 'It is being taken back.' end);
  elsif p_kind = 'promote' and not is_served_step(rel, cur) then
    return jsonb_build_object('message', format(
        'Release %s cannot be promoted in stage %s: no step of its own is served.', rel.id, coalesce(rel.stage, 'none')),
      'hint', 'A promotion ends the hold of a canary step; the gates before production are not skipped by it.');
  elsif p_kind = 'promote' and rel.state = 'paused' and not p_resume then
    return jsonb_build_object('message', format('Release %s is paused: %s.', rel.id,
        coalesce(rel.reason, 'nobody said why')),
      'detail', jsonb_build_object('state', rel.state, 'reason', rel.reason),
      'hint', 'Resume it first, or say that the promotion ends the pause: sluice release promote --resume.');
  end if;
  return null;
end $$;
