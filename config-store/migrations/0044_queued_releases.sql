-- Up Migration

-- Releases that begin when the one that is open has ended (docs/decisions/0066): first asked, first begun, for each app.
create table queued_release (
  id text primary key,
  app text not null references app (name),
  label text not null,
  -- What was asked, as it came.
  request jsonb not null,
  actor text not null,
  author text not null,
  role text not null,
  queued_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  outcome text check (outcome in ('started', 'cancelled', 'refused')),
  release_id text references release (id),
  reason text,
  decided_by text,
  check ((closed_at is null) = (outcome is null)),
  check ((outcome = 'started') = (release_id is not null))
);
create index queued_release_waiting on queued_release (app, queued_at, id) where closed_at is null;
