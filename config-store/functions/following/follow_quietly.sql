-- The same within a change of production that must not fail by it: the reconciler tries again.
create or replace function follow_quietly(p_app text, p_actor text) returns void language plpgsql as $$
begin
  perform follow_production(p_app, p_actor);
exception when others then
  raise warning 'other environments of % do not follow production yet: %', p_app, sqlerrm;
end $$;
