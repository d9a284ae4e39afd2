-- Pauses a release that has begun, or has it progress, where the graph of states leads there; else nothing changes. Returns
-- whether it did.
create or replace function set_release_state(p_release text, p_to text, p_reason text, p_actor text) returns boolean
language plpgsql as $$
declare
  rel release;
begin
  select * into rel from release where id = p_release for no key update;
  if not found or p_to not in ('progressing', 'paused') or rel.state in ('starting', p_to)
    or not may_follow(rel.state, p_to) then
    return false;
  end if;
  perform move_release(p_release, p_to, p_reason, null, null);
  perform append_audit(p_actor, 'release.' || p_to, rel.app, rel.environment, p_release,
    jsonb_build_object('stage', rel.stage, 'reason', p_reason));
  return true;
end $$;
