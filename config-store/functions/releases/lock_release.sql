-- The row of a release, locked until the transaction ends. One that there is not is refused in the words of
-- domain/refusals.ts.
create or replace function lock_release(p_release text) returns release language plpgsql as $$
declare
  rel release;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  return rel;
end $$;
