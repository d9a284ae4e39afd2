-- What a live answer was scored, by guardrail (null: nobody could), in one transaction with its end: so however often it is
-- scored, it counts once. False where it had ended before.
create or replace function store_live_score(p_id uuid, p_scores jsonb) returns boolean language plpgsql as $$
declare
  ended live_answer;
  score record;
begin
  delete from live_answer where id = p_id returning * into ended;
  if not found or not is_judged(ended.release_id) then return false; end if;
  for score in select key as guardrail, nullif(value, 'null'::jsonb)::double precision as value from jsonb_each(p_scores) loop
    insert into observation as known (release_id, guardrail, split_version, subject_hash, arm, admitted_at, value)
      values (ended.release_id, score.guardrail, ended.split_version, ended.subject_hash, ended.arm, ended.admitted_at,
        score.value)
      on conflict (release_id, guardrail, split_version, subject_hash) do update set value = excluded.value
        where known.value is null;
    insert into live_score as known (release_id, guardrail, scored)
      values (ended.release_id, score.guardrail, (score.value is not null)::int)
      on conflict (release_id, guardrail) do update set scored = known.scored + excluded.scored, stopped = null,
        updated_at = clock_timestamp();
  end loop;
  return true;
end $$;
