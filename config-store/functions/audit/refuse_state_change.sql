-- A table that the log holds is never emptied, and one to which rows are only added loses none.
create or replace function refuse_state_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % stay as they were written', tg_table_name using errcode = 'restrict_violation';
end $$;
