-- Up Migration

-- What applications tell of answers after the fact (docs/decisions/0060): nothing in it says of whom an answer was.
create table feedback (
  environment text not null,
  app text not null references app (name),
  -- Names one answer, or one assignment.
  ref text not null,
  name text not null,
  value jsonb not null check (jsonb_typeof(value) in ('string', 'number', 'boolean')),
  -- When it happened, as who told it says.
  at timestamptz,
  received_at timestamptz not null default clock_timestamp(),
  -- As the gateway knew that gave the answer.
  arm text not null check (arm in ('stable', 'candidate', 'none')),
  split_version bigint not null,
  answered_at timestamptz not null,
  primary key (environment, app, ref, name)
);
create index feedback_of_version on feedback (app, environment, split_version);
create index feedback_received on feedback (environment, received_at);

-- Down Migration

drop table feedback;
