-- Up Migration

-- What a mirror asked and what either arm answered, redacted and sealed by a key of its own, for people who may read
-- content. It goes with the samples that it was made of: none lives longer, and erasing a subject takes it along.
create table mirrored (
  run_id text not null references eval_run (id) on delete cascade,
  case_id text not null,
  part text not null check (part in ('request', 'candidate', 'stable')),
  body bytea not null,
  expires_at timestamptz not null,
  primary key (run_id, case_id, part)
);
-- Sealed bytes do not compress.
alter table mirrored alter column body set storage external;
create index mirrored_expiry on mirrored (expires_at);

-- What a mirror said, before the first step, that a guardrail of the canary would show. It stays as it was said.
create table prediction (
  release_id text not null references release (id),
  guardrail text not null,
  predicted jsonb not null,
  created_at timestamptz not null default now(),
  primary key (release_id, guardrail)
);

-- Down Migration
drop table prediction, mirrored;
