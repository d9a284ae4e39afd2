-- Of a subject that was erased nothing more is kept, for a while.
create or replace function drop_erased_sample() returns trigger language plpgsql as $$
begin
  if exists (select from erasure where app = new.app and subject_hash::text = new.metadata->>'subject'
      and at > now() - interval '1 hour') then
    return null;
  end if;
  return new;
end $$;
