-- Versions of a split strictly increase (invariant 9), whoever writes them.
create or replace function refuse_version_fall() returns trigger language plpgsql as $$
begin
  if new.version <= old.version then
    raise exception 'a split''s version only ever grows (% to %)', old.version, new.version
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
