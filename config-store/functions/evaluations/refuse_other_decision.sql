-- What a run was decided to be stands: whoever wants another result runs it again.
create or replace function refuse_other_decision() returns trigger language plpgsql as $$
begin
  raise exception 'The evaluation run % is decided, and stays so.', old.id using errcode = 'SL409';
end $$;
