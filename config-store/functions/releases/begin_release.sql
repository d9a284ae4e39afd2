-- The workflow of a release has it now; one that has begun stays where it is.
create or replace function begin_release(p_release text) returns void language plpgsql as $$
begin
  if exists (select from release where id = p_release and state = 'starting' for no key update) then
    perform move_release(p_release, 'progressing', null, null, null);
  end if;
end $$;
