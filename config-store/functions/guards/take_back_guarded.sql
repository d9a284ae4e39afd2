-- Takes a stable revision out that its guard has found to be worse than the one before: what a person does with one press,
-- by the evidence that is stored. Returns {kind}: `done`, or `moved` where the guard is over, or its newest look says no such
-- thing.
create or replace function take_back_guarded(p_release text, p_expected bigint, p_actor text, p_reason text) returns jsonb
language plpgsql as $$
declare
  rel release := lock_release(p_release);
  cur split;
begin
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  if cur.version <> p_expected or not exists (select from guard where release_id = p_release and closed_at is null
      and split_version = cur.version)
    or (newest_guard_look(p_release)).judgement -> 'fail' is distinct from 'true' then
    return jsonb_build_object('kind', 'moved');
  end if;
  perform roll_back(rel.app, rel.environment, rel.revision, null, p_release || '/guard-withdraw', p_actor, p_reason,
    'rolled_back');
  perform follow_quietly(rel.app, p_actor);
  return jsonb_build_object('kind', 'done');
end $$;
