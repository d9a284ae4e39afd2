-- What a look has to go by: the step that is served, or the guard that has followed the last one, and what the database knows
-- of it. Who pauses takes back a promotion
-- that no look has acted on.
create or replace function served_step(p_release text)
returns table (stage text, weight numeric, hold_ms bigint, min_exposures integer, held_ms bigint, promoted boolean)
language sql stable as $$
  select c.stage, s.weight, c.hold_ms, c.min_exposures, held_ms(r, s.version, clock_timestamp()),
    coalesce((promotion_of(r.id, c.stage, s.version)).id
      > (select coalesce(max(id), 0) from command where release_id = r.id and kind = 'pause'), false)
  from release r join split s on s.app = r.app and s.environment = r.environment and s.release_id = r.id
    join course_of(r.plan) c on c.stage = served_stage(r.id, s)
  where r.id = p_release
  union all
  select 'guard', g.weight, g.hold_ms, c.min_exposures, held_ms(r, g.split_version, clock_timestamp()), false
  from guard g join release r on r.id = g.release_id
    join split s on s.app = g.app and s.environment = g.environment and s.version = g.split_version
    cross join lateral (select min_exposures from course_of(r.plan) where place is not null order by place desc limit 1) c
  where g.release_id = p_release and g.closed_at is null;
$$;
