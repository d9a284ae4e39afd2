-- Entries of the audit log never change; their place, hash and seal are set once, and nothing without a seal follows what has
-- one (invariant 12).
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception 'audit entries never change' using errcode = 'restrict_violation';
  end if;
  if old.position is not null
    or (new.id, new.at, new.actor, new.action, new.app, new.environment, new.release_id, new.details, new.xact)
      is distinct from
      (old.id, old.at, old.actor, old.action, old.app, old.environment, old.release_id, old.details, old.xact) then
    raise exception 'audit entries never change' using errcode = 'restrict_violation';
  end if;
  if new.mac is null and exists (select from audit_entry where position = new.position - 1 and mac is not null) then
    raise exception 'the audit chain is sealed: an entry without a seal cannot follow' using errcode = 'restrict_violation',
      hint = 'Only the API chains entries, with SLUICE_AUDIT_KEY.';
  end if;
  return new;
end $$;
