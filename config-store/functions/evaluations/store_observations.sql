-- Keeps what was observed for a guardrail of a release that is judged, and that everything is that was admitted up to then; the
-- watermark never goes back.
create or replace function store_observations(
  p_release text, p_guardrail text, p_observations jsonb, p_admitted_up_to timestamptz
) returns void language plpgsql as $$
begin
  if not is_judged(p_release) then return; end if;
  perform add_observations(p_release, p_guardrail, p_observations);
  insert into observation_watermark (release_id, guardrail, admitted_up_to)
  values (p_release, p_guardrail, p_admitted_up_to)
  on conflict (release_id, guardrail) do update
    set admitted_up_to = greatest(observation_watermark.admitted_up_to, excluded.admitted_up_to);
end $$;
