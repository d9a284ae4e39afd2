-- What an `already` says beside what serves: since when, and what was taken out when.
create or replace function already(cur split, p_bad text) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('kind', 'already', 'version', cur.version, 'serving', cur.stable,
    'servingSince', iso_time((stable_change(cur.app, cur.environment)).at),
    'takenOut', coalesce(p_bad, gone.revision), 'takenOutAt', iso_time(gone.at)))
  from (values (1)) as one left join lateral (
    select at, coalesce(p_bad, details->>'takenOut', took_out[1]) as revision from split_history
    where app = cur.app and environment = cur.environment and kind = 'rollback' and took_out <> '{}'
      and (p_bad is null or p_bad = any (took_out))
    order by version desc limit 1) gone on true;
$$;
