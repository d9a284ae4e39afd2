-- Up Migration

-- Live answers that are to be scored, with their requests as they came: sealed by the key of fresh samples, for an hour at
-- most, and gone when they are scored. Unlogged, and used by functions alone, as `fresh_sample` is.
create unlogged table live_answer (
  id uuid primary key,
  release_id text not null,
  app text not null references app (name),
  environment text not null,
  split_version bigint not null,
  arm text not null check (arm in ('stable', 'candidate')),
  subject_hash bigint not null,
  body bytea not null,
  admitted_at timestamptz not null,
  -- Until when somebody scores it.
  claimed_until timestamptz not null default '-infinity',
  expires_at timestamptz not null,
  check (expires_at <= admitted_at + interval '60 minutes'),
  unique (release_id, split_version, subject_hash)
);
alter table live_answer alter column body set storage external;
create index live_answer_in_order on live_answer (release_id, admitted_at);
create index live_answer_expiry on live_answer (expires_at);
create index live_answer_of_subject on live_answer (app, subject_hash);

-- How far the scoring of a release's live answers is, by guardrail.
create table live_score (
  release_id text not null,
  guardrail text not null,
  scored bigint not null default 0,
  -- Answers that nobody could score: too many of them are a broken measurement.
  missing bigint not null default 0,
  -- Why nothing is scored at present.
  stopped text,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (release_id, guardrail)
);
