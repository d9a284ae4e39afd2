-- Policies are added, never changed.
create or replace function refuse_policy_change() returns trigger language plpgsql as $$
begin
  raise exception 'a published policy never changes' using errcode = 'restrict_violation';
end $$;
