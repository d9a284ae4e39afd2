-- Up Migration

-- Evaluations and mirror replays have a queue of their own: who waits at it, and how long its oldest task does.
alter table release_watch add column evaluators integer, add column evaluation_backlog_ms bigint;

-- As 0017 has it, with the stage, which says whether anybody is to be there, and with who is.
drop view release_health;
create view release_health as
select r.id as release_id, r.app, r.environment, r.state, r.stage,
  coalesce(case when s.release_id = r.id then s.weight end, 0) as weight,
  (extract(epoch from clock_timestamp() - looked.at) * 1000)::bigint as look_age_ms,
  l.ttl_ms as lease_ms,
  l.ttl_ms - (extract(epoch from clock_timestamp() - l.renewed_at) * 1000)::bigint as lease_left_ms,
  gateways.live as gateways_live, gateways.missing as gateways_missing,
  r.waiting_for, r.waiting_since, paused.actor as paused_by, paused.reason as paused_why, paused.created_at as paused_at,
  r.plan, w.workflow, w.pollers, w.backlog_ms, w.failing_ms, w.failing_why, w.evaluators, w.evaluation_backlog_ms,
  (extract(epoch from clock_timestamp() - w.seen_at) * 1000)::bigint as seen_age_ms
from release r
  left join split s on s.app = r.app and s.environment = r.environment
  left join lease l on l.app = r.app and l.environment = r.environment and l.release_id = r.id
  left join release_watch w on w.release_id = r.id
  left join lateral (select max(measured_at) as at from evidence where release_id = r.id) looked on true
  left join lateral (
    select count(*) as live,
      coalesce(array_agg(id order by id) filter (where coalesce((acks ->> r.app)::bigint, 0) < s.version), '{}') as missing
    from gateway_instance where environment = r.environment and ended_at is null
      and heartbeat_at > clock_timestamp() - interval '5 seconds') gateways on true
  left join lateral (
    select actor, reason, created_at from command where release_id = r.id and kind = 'pause' and r.state = 'paused'
    order by id desc limit 1) paused on true
where r.closed_at is null;

-- Down Migration

drop view release_health;
create view release_health as
select r.id as release_id, r.app, r.environment, r.state,
  coalesce(case when s.release_id = r.id then s.weight end, 0) as weight,
  (extract(epoch from clock_timestamp() - looked.at) * 1000)::bigint as look_age_ms,
  l.ttl_ms as lease_ms,
  l.ttl_ms - (extract(epoch from clock_timestamp() - l.renewed_at) * 1000)::bigint as lease_left_ms,
  gateways.live as gateways_live, gateways.missing as gateways_missing,
  r.waiting_for, r.waiting_since, paused.actor as paused_by, paused.reason as paused_why, paused.created_at as paused_at,
  r.plan, w.workflow, w.pollers, w.backlog_ms, w.failing_ms, w.failing_why,
  (extract(epoch from clock_timestamp() - w.seen_at) * 1000)::bigint as seen_age_ms
from release r
  left join split s on s.app = r.app and s.environment = r.environment
  left join lease l on l.app = r.app and l.environment = r.environment and l.release_id = r.id
  left join release_watch w on w.release_id = r.id
  left join lateral (select max(measured_at) as at from evidence where release_id = r.id) looked on true
  left join lateral (
    select count(*) as live,
      coalesce(array_agg(id order by id) filter (where coalesce((acks ->> r.app)::bigint, 0) < s.version), '{}') as missing
    from gateway_instance where environment = r.environment and ended_at is null
      and heartbeat_at > clock_timestamp() - interval '5 seconds') gateways on true
  left join lateral (
    select actor, reason, created_at from command where release_id = r.id and kind = 'pause' and r.state = 'paused'
    order by id desc limit 1) paused on true
where r.closed_at is null;
alter table release_watch drop column evaluators, drop column evaluation_backlog_ms;
