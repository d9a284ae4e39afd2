-- Puts a candidate on a share of the traffic, or more of it, whatever has passed; for `raise_split`, which asks. Needs a
-- release that progresses: the lock on its row makes a pause, an abort or a rollback come wholly before this or wholly after.
create or replace function put_candidate(
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
  if not found then perform refuse_inactive(p_app, p_environment); end if;
  if cur.version <> p_expected then return jsonb_build_object('kind', 'moved', 'version', cur.version); end if;
  insert into lease (app, environment, release_id, ttl_ms) values (p_app, p_environment, p_release, p_ttl_ms)
  on conflict (app, environment) do update
    set release_id = excluded.release_id, ttl_ms = excluded.ttl_ms, renewed_at = now();
  return jsonb_build_object('kind', 'written', 'version', change_split(p_app, p_environment, p_expected, 'raise',
    p_operation, cur.stable, p_candidate, p_weight, p_salt, p_counting, p_release, '{}', null, p_actor, p_reason));
end $$;
