-- How far the scoring of a release's live answers is: what waits, since when its oldest was admitted, and what of all that
-- was admitted before nobody has scored, whatever became of it.
create or replace function live_score_state(p_release text)
returns table (guardrail text, scored bigint, missing bigint, waiting bigint, lag_ms double precision, stopped text)
language sql stable as $$
  select s.guardrail, s.scored,
    (select count(*) from observation o join observation_watermark w using (release_id, guardrail)
      where o.release_id = s.release_id and o.guardrail = s.guardrail and o.value is null
        and o.admitted_at <= w.admitted_up_to),
    coalesce(w.waiting, 0), coalesce(w.lag_ms, 0), s.stopped
  from live_score s left join lateral (
    select count(*) as waiting, extract(epoch from clock_timestamp() - min(admitted_at)) * 1000 as lag_ms
    from live_answer where release_id = s.release_id) w on true
  where s.release_id = p_release order by s.guardrail;
$$;
