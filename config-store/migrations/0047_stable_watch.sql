-- Up Migration

-- How often, and at what cost at most, an app's stable revision is asked its critical cases while nothing is released
-- (docs/decisions/0069), and the alarm that keeps releases from a larger share.
create table stable_watch (
  app text primary key references app (name),
  enabled boolean not null,
  every text not null,
  calls_per_day integer not null check (calls_per_day > 0),
  usd_per_day numeric check (usd_per_day > 0),
  changed_at timestamptz not null default now(),
  -- What the schedule in Temporal was made from, when it was last seen to be so.
  scheduled text,
  scheduled_at timestamptz,
  alarm text check (alarm in ('broken', 'changed')),
  alarm_says text,
  -- Digest of the stable revision that it is about: for another one it holds nothing back.
  alarm_revision text,
  alarm_run text,
  alarm_since timestamptz,
  -- Somebody lets releases go on though it holds.
  lifted_at timestamptz,
  lifted_by text,
  lifted_reason text,
  check ((alarm is null) = (alarm_since is null)),
  check (alarm is not null or lifted_at is null)
);

create table stable_watch_run (
  id text primary key,
  app text not null references app (name),
  environment text not null,
  -- Digest.
  revision text not null,
  -- Who asked for it; absent where it was its time.
  asked_by text,
  begun_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  outcome text check (outcome in ('good', 'changed', 'broken', 'unclear')),
  says text,
  targets jsonb,
  check ((closed_at is null) = (outcome is null))
);
create unique index stable_watch_run_open on stable_watch_run (app) where closed_at is null;
create index stable_watch_run_newest on stable_watch_run (app, begun_at desc);

-- Each question that was asked, once; nothing of its words.
create table stable_watch_answer (
  run_id text not null references stable_watch_run (id) on delete cascade,
  case_id text not null,
  target smallint not null,
  repeat smallint not null,
  verdict text not null check (verdict in ('passed', 'failed', 'not-judged', 'unasked')),
  code text,
  status integer,
  cost_usd real,
  at timestamptz not null default clock_timestamp(),
  primary key (run_id, case_id, target, repeat)
);

-- What the answers of a target call the model, and the build of it: how a change behind an alias is seen.
create table stable_watch_heard (
  app text not null references app (name),
  -- As `openai/gpt-5-mini`.
  target text not null,
  kind text not null check (kind in ('model', 'fingerprint')),
  name text not null,
  first_run text not null,
  last_run text not null,
  first_heard_at timestamptz not null default clock_timestamp(),
  last_heard_at timestamptz not null default clock_timestamp(),
  primary key (app, target, kind, name)
);
