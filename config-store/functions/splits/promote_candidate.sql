-- Makes the candidate of a release stable, where the release's own rows say that it may (invariant 13).
create or replace function promote_candidate(
  p_release text, p_operation text, p_expected bigint, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  lacks text;
begin
  select * into rel from release where id = p_release for no key update;
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  if rel.state = 'progressing' and cur.version = p_expected and not exists (select from split_history
      where app = rel.app and environment = rel.environment and operation_id = p_operation) then
    lacks := promotion_lacks(rel, cur);
    if lacks is not null then
      raise exception 'Release % may not become stable: %.', p_release, lacks using errcode = 'SL409',
        hint = 'What it was told is not what is stored: see who reaches Temporal, then start a new release.';
    end if;
  end if;
  return make_stable(p_release, p_operation, p_expected, p_actor, p_reason);
end $$;
