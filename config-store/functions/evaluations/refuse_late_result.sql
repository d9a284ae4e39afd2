-- And so do the results that it was decided on. A call that comes too late counts for nothing.
create or replace function refuse_late_result() returns trigger language plpgsql as $$
begin
  if not exists (select from eval_run where id = new.run_id and decided_at is not null) then return new; end if;
  if tg_op = 'INSERT' then return null; end if;
  raise exception 'The evaluation run % is decided, and its results stay.', new.run_id using errcode = 'SL409';
end $$;
