-- What a look has to go by: the step that is served, and what the database knows of it. Who pauses takes back a promotion
-- that no look has acted on.
create or replace function served_step(p_release text)
returns table (stage text, weight numeric, hold_ms bigint, min_exposures integer, held_ms bigint, promoted boolean)
language sql stable as $$
  select c.stage, s.weight, c.hold_ms, c.min_exposures, held_ms(r, s.version, clock_timestamp()),
    coalesce((promotion_of(r.id, c.stage, s.version)).id
      > (select coalesce(max(id), 0) from command where release_id = r.id and kind = 'pause'), false)
  from release r join split s on s.app = r.app and s.environment = r.environment and s.release_id = r.id
    join course_of(r.plan) c on c.stage = served_stage(r.id, s)
  where r.id = p_release;
$$;
