-- Where one press would go now (to stable, where a candidate is on the traffic), and when that was tried last:
-- {target, outcome, reason, ageMs, skipped}.
create or replace function way_back_now(p_app text, p_environment text) returns jsonb language sql stable as $$
  select way || jsonb_strip_nulls(jsonb_build_object('outcome', rehearsed.outcome, 'reason', rehearsed.reason,
    'ageMs', (extract(epoch from clock_timestamp() - rehearsed.at) * 1000)::bigint))
  from (select case when candidate is null then way_back(app, environment, stable)
        else jsonb_build_object('target', stable, 'skipped', '[]'::jsonb) end as way
      from split where app = p_app and environment = p_environment) now,
    lateral (select (newest_rehearsal(p_app, p_environment, now.way->>'target')).*) rehearsed;
$$;
