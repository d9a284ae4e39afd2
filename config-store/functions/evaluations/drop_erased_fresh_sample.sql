-- Of a subject that was erased no request is kept as it came, for a while.
create or replace function drop_erased_fresh_sample() returns trigger language plpgsql as $$
begin
  if exists (select from erasure where app = new.app and subject_hash::text = new.subject
      and at > now() - interval '1 hour') then
    return null;
  end if;
  return new;
end $$;
