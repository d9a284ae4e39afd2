-- Up Migration

-- Tells the session that an entry was written in it, so that who commits it has it chained afterwards, whichever
-- function or trigger wrote it (config-store/postgres/committed.ts).
create function tell_of_audit() returns trigger language plpgsql as $$
begin
  raise notice 'the audit log has a new entry' using errcode = 'SL001';
  return null;
end $$;
create trigger audit_is_told after insert on audit_entry for each row execute function tell_of_audit();

-- Down Migration

drop trigger audit_is_told on audit_entry;
drop function tell_of_audit();
