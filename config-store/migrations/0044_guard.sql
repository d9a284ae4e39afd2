-- Up Migration

-- The holdback that goes on after a release's last raise (docs/decisions/0064): in force while it is open and the split is
-- at its version, so that whatever writes the split ends it.
create table guard (
  release_id text primary key references release (id),
  app text not null references app (name),
  environment text not null,
  -- Digest of the revision that was stable before; a part of the subjects stays on it.
  former text not null,
  weight numeric(5, 2) not null check (weight between 0 and 100),
  split_version bigint not null,
  counting jsonb not null,
  hold_ms bigint not null check (hold_ms > 0),
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  outcome text check (outcome in ('passed', 'inconclusive', 'rolled_back', 'closed')),
  reason text,
  decided_by text,
  -- The release whose start has closed it.
  closed_by text references release (id),
  -- What its newest look had found by then, and for how long it was held.
  undecided jsonb,
  check ((closed_at is null) = (outcome is null))
);
create unique index guard_open on guard (app, environment) where closed_at is null;
create index guard_closed_by on guard (closed_by);

-- The bodies stand in config-store/functions.
create or replace function end_guard() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger guard_ends after insert on split_history for each row execute function end_guard();
create or replace function end_guard_before() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger release_ends_guard after insert on release for each row execute function end_guard_before();
