-- Revisions never change (invariant 10).
create or replace function refuse_revision_change() returns trigger language plpgsql as $$
begin
  raise exception 'revision % of % never changes', old.label, old.app using errcode = 'restrict_violation';
end $$;
