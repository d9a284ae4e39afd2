-- How far a release's live answers are scored: nothing that was admitted up to there is added any more. Answers whose hour
-- is over are known to be missing, in either arm. `p_grace_ms`: so long after its admission an answer may still come.
-- `p_sights`: by guardrail how much of a difference those see who score.
create or replace function advance_live_scores(
  p_release text, p_guardrails text[], p_grace_ms bigint, p_stopped text, p_sights jsonb default '{}'
) returns void language plpgsql as $$
declare
  expired record;
  up_to timestamptz;
  name text;
begin
  if not is_judged(p_release) then
    delete from live_answer where release_id = p_release;
    return;
  end if;
  for expired in select id from live_answer
    where release_id = p_release and expires_at <= clock_timestamp() for update skip locked loop
    perform store_live_score(expired.id, (select jsonb_object_agg(g, null) from unnest(p_guardrails) g));
  end loop;
  select least(clock_timestamp() - p_grace_ms * interval '1 millisecond',
      min(admitted_at) - interval '1 microsecond') into up_to
    from live_answer where release_id = p_release;
  foreach name in array p_guardrails loop
    perform store_observations(p_release, name, '[]', up_to);
    insert into live_score (release_id, guardrail, stopped, sight) values (p_release, name, p_stopped, p_sights->name)
      on conflict (release_id, guardrail) do update set stopped = p_stopped, sight = p_sights->name,
        updated_at = clock_timestamp();
  end loop;
end $$;
