-- Up Migration

-- What a release waits for that only who measures it knows, and since when.
alter table release add column waiting_for text, add column waiting_since timestamptz;

-- What the reconciler saw last of the workflow of an open release, and of the queue where its workers wait.
create table release_watch (
  release_id text primary key references release (id),
  -- `elsewhere`: in another Temporal than the one who looked; `unreachable`: Temporal did not answer.
  workflow text not null check (workflow in ('running', 'replaced', 'gone', 'elsewhere', 'unreachable')),
  -- Workers at the queue; Temporal forgets one five minutes after its last poll. And how long the oldest task waits.
  pollers integer,
  backlog_ms bigint,
  -- Of a workflow task that no worker could complete: for how long, and why.
  failing_ms bigint,
  failing_why text,
  seen_at timestamptz not null default now()
);

-- What is true of each open release now; ages by the database's clock, in milliseconds.
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

-- Down Migration

drop view release_health;
drop table release_watch;
alter table release drop column waiting_for, drop column waiting_since;
