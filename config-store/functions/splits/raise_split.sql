-- Puts a candidate on a share of the traffic, or more of it, where the release's own rows say that it may (invariants 5, 6, 9).
-- An attempt that would write nothing is told why.
create or replace function raise_split(
  p_app text, p_environment text, p_release text, p_operation text, p_expected bigint, p_candidate text,
  p_weight numeric, p_salt text, p_counting jsonb, p_ttl_ms integer, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stage text := stage_of(p_operation, p_release);
  lacks text;
begin
  select * into rel from release
  where id = p_release and app = p_app and environment = p_environment for no key update;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  if rel.state = 'progressing' and cur.version = p_expected and not exists (select from split_history
      where app = p_app and environment = p_environment and operation_id = p_operation) then
    lacks := coalesce(raise_lacks(rel, cur, stage, p_weight),
      case when p_counting -> 'audience' is distinct from audience_of(rel.plan) then 'its audience is not that of its plan' end);
    if lacks is not null then
      raise exception 'Release % may not go on to %: %.', p_release, coalesce(stage, 'that'), lacks using errcode = 'SL409',
        hint = 'What it was told is not what is stored: see who reaches Temporal, then start a new release.';
    end if;
  end if;
  return put_candidate(p_app, p_environment, p_release, p_operation, p_expected, p_candidate, p_weight, p_salt,
    p_counting, least(p_ttl_ms, duration_ms(rel.plan ->> 'lease')::integer), p_actor, p_reason);
end $$;
