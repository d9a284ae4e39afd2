-- One more verdict of a judge, where its day (UTC) has one left. What was asked is counted, whatever comes of it.
create or replace function take_judge_call(p_judge text, p_most integer) returns boolean language plpgsql as $$
declare
  today date := (clock_timestamp() at time zone 'UTC')::date;
begin
  insert into judge_use as used (judge_digest, day, calls) values (p_judge, today, 1)
    on conflict (judge_digest, day) do update set calls = used.calls + 1 where used.calls < p_most;
  if not found then
    return false;
  end if;
  delete from judge_use where judge_digest = p_judge and day < today - 30;
  return true;
end $$;
