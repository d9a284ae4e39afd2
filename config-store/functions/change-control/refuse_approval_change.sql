-- Approvals stay; that one was used is noted once.
create or replace function refuse_approval_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.used_at is null and to_jsonb(new) - 'used_at' = to_jsonb(old) - 'used_at' then
    return new;
  end if;
  raise exception 'approvals never change' using errcode = 'restrict_violation';
end $$;
