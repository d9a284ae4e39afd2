-- What a live answer was scored, by guardrail (null: nobody could), in one transaction with its end: so however often it is
-- scored, it counts once. False where it had ended before.
create or replace function store_live_score(p_id uuid, p_scores jsonb) returns boolean language plpgsql as $$
declare
  ended live_answer;
  score record;
begin
  delete from live_answer where id = p_id returning * into ended;
  if not found then return false; end if;
  if not exists (select from release where id = ended.release_id and closed_at is null) then return false; end if;
  for score in select key as guardrail, nullif(value, 'null'::jsonb) as value from jsonb_each(p_scores) loop
    perform add_observations(ended.release_id, score.guardrail, jsonb_build_array(jsonb_build_object(
      'splitVersion', ended.split_version, 'arm', ended.arm, 'subjectHash', ended.subject_hash::text,
      'admittedAt', ended.admitted_at, 'value', score.value)));
    insert into live_score as known (release_id, guardrail, scored, missing)
      values (ended.release_id, score.guardrail, (score.value is not null)::int, (score.value is null)::int)
      on conflict (release_id, guardrail) do update set scored = known.scored + excluded.scored,
        missing = known.missing + excluded.missing, stopped = null, updated_at = clock_timestamp();
  end loop;
  return true;
end $$;
