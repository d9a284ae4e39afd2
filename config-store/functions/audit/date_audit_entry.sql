-- No entry is dated before one that was written earlier, whatever a server's clock does.
create or replace function date_audit_entry() returns trigger language plpgsql as $$
begin
  new.at := greatest(now(), (select at from audit_entry order by id desc limit 1));
  return new;
end $$;
