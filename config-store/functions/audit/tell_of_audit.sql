-- Tells the session that an entry was written in it, so that who commits it has it chained afterwards, whichever
-- function or trigger wrote it (config-store/postgres/committed.ts).
create or replace function tell_of_audit() returns trigger language plpgsql as $$
begin
  raise notice 'the audit log has a new entry' using errcode = 'SL001';
  return null;
end $$;
