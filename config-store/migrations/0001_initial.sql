-- Up Migration

create table app (
  name text primary key,
  sampling text not null default 'redacted' check (sampling in ('off', 'metadata', 'redacted', 'full')),
  -- What the newest publication brought along: {plans, suites}; a workflow started by hand takes it from here.
  published jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table revision (
  app text not null references app (name),
  digest text not null check (digest ~ '^rev_[0-9a-f]{64}$'),
  label text not null,
  content jsonb not null,
  provenance jsonb not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (app, digest),
  unique (app, label)
);

create function refuse_revision_change() returns trigger language plpgsql as $$
begin
  raise exception 'revision % of % never changes', old.label, old.app using errcode = 'restrict_violation';
end $$;
create trigger revision_is_immutable before update or delete on revision
  for each row execute function refuse_revision_change();

create table release (
  id text primary key,
  app text not null references app (name),
  environment text not null default 'production',
  revision text not null,
  -- The stable revision when the release was opened: what the candidate is compared with.
  stable text,
  plan_name text not null,
  plan jsonb not null,
  plan_digest text not null,
  -- [{name, digest, content}]
  suites jsonb not null default '[]',
  state text not null check (state in ('starting', 'progressing', 'paused', 'rolling_back',
    'promoted', 'rolled_back', 'blocked', 'inconclusive', 'aborted', 'superseded', 'failed')),
  stage text,
  -- Why it is in this state, as one sentence; and what the newest look saw, for status and the event stream.
  reason text,
  progress jsonb not null default '{}',
  -- The outcome that a rollback under way will end in, and who asked for it.
  ending text check (ending in ('rolled_back', 'aborted', 'superseded', 'failed')),
  workflow_id text not null,
  first_run_id text,
  actor text not null,
  provenance jsonb not null default '{}',
  -- The key of the request that opened it: the same key again returns this row (invariant 18).
  idempotency_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_at timestamptz,
  foreign key (app, revision) references revision (app, digest),
  unique (app, idempotency_key),
  check ((closed_at is null) = (state in ('starting', 'progressing', 'paused', 'rolling_back')))
);
-- One open release per app and environment: one of the two locks (invariant 3).
create unique index one_open_release on release (app, environment)
  where state in ('starting', 'progressing', 'paused', 'rolling_back');
create index release_by_app on release (app, created_at desc, id desc);
create index release_by_time on release (created_at desc, id desc);

create table split (
  app text not null references app (name),
  environment text not null,
  version bigint not null check (version > 0),
  stable text,
  candidate text,
  weight numeric(5, 2) not null default 0 check (weight between 0 and 100),
  include text[] not null default '{}',
  exclude text[] not null default '{}',
  salt text not null,
  counting jsonb,
  release_id text references release (id),
  updated_at timestamptz not null default now(),
  primary key (app, environment),
  foreign key (app, stable) references revision (app, digest),
  foreign key (app, candidate) references revision (app, digest),
  check (candidate is not null or weight = 0),
  check (candidate is distinct from stable or candidate is null)
);

create function refuse_version_fall() returns trigger language plpgsql as $$
begin
  if new.version <= old.version then
    raise exception 'a split''s version only ever grows (% to %)', old.version, new.version
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger split_version_grows before update on split for each row execute function refuse_version_fall();

create table split_history (
  app text not null,
  environment text not null,
  version bigint not null,
  stable text,
  candidate text,
  weight numeric(5, 2) not null,
  include text[] not null,
  exclude text[] not null,
  salt text not null,
  counting jsonb,
  release_id text,
  kind text not null check (kind in ('create', 'raise', 'promote', 'rollback')),
  -- release/step of the write: a repeated write returns what the first one stored.
  operation_id text not null,
  -- The revisions that served and that this write took out as bad; a rollback never chooses them again by itself.
  -- Empty in a rollback that found nothing to undo and only moved the version, to fence off a raise in flight.
  took_out text[] not null default '{}',
  -- When the lease of the candidate that this write took out runs out: then no gateway serves it, reached or not.
  lease_until timestamptz,
  reason text not null,
  actor text not null,
  at timestamptz not null default now(),
  primary key (app, environment, version),
  unique (app, environment, operation_id)
);

create table command (
  id bigint generated always as identity primary key,
  release_id text not null references release (id),
  kind text not null check (kind in ('pause', 'resume', 'abort', 'promote')),
  actor text not null,
  reason text,
  idempotency_key text not null,
  expected_stage text,
  expected_version bigint,
  created_at timestamptz not null default now(),
  applied_at timestamptz,
  -- What became of it: applied, or why not.
  result text,
  unique (release_id, idempotency_key)
);
create index command_unapplied on command (release_id, id) where applied_at is null;

create table stage_result (
  release_id text not null references release (id),
  stage text not null,
  outcome text not null check (outcome in ('pass', 'fail', 'inconclusive', 'skipped', 'error')),
  summary text not null,
  details jsonb not null default '{}',
  evidence_digest text,
  started_at timestamptz not null,
  ended_at timestamptz not null default now(),
  primary key (release_id, stage)
);

create table evidence (
  release_id text not null references release (id),
  stage text not null,
  look integer not null,
  split_version bigint not null,
  -- Increments since the look before, per guardrail and horizon, and what was concluded from all looks so far.
  counts jsonb not null,
  judgement jsonb not null,
  measured_at timestamptz not null default now(),
  primary key (release_id, stage, look)
);

create table lease (
  app text not null references app (name),
  environment text not null,
  release_id text not null references release (id),
  ttl_ms integer not null check (ttl_ms > 0),
  renewed_at timestamptz not null default now(),
  primary key (app, environment)
);

create table gateway_instance (
  id text not null,
  boot_id text not null,
  environment text not null,
  -- {app: split version that this gateway serves}, and {app: {version, reason}} for what it refuses to serve.
  acks jsonb not null default '{}',
  refusals jsonb not null default '{}',
  -- What staging and production must agree on: digests of bindings' identities, software versions.
  fingerprint jsonb not null default '{}',
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  -- Set by the last flush of an orderly end; a boot that ends without it is a recorded gap.
  ended_at timestamptz,
  primary key (id, boot_id)
);
create index gateway_by_heartbeat on gateway_instance (environment, heartbeat_at desc);

-- Cumulative counts of one gateway process: a repeated flush counts once.
create table arm_counter (
  gateway_id text not null,
  boot_id text not null,
  app text not null,
  environment text not null,
  split_version bigint not null,
  arm text not null check (arm in ('stable', 'candidate', 'lease-expired')),
  sequence bigint not null,
  counts jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (gateway_id, boot_id, app, environment, split_version, arm)
);
create index arm_counter_by_version on arm_counter (app, environment, split_version);

-- Subjects that had their one bad event of a guardrail in a release; the first charge counts, whoever reports it.
create table charged_subject (
  release_id text not null,
  guardrail text not null,
  horizon text not null check (horizon in ('short', 'long')),
  subject_hash bigint not null,
  arm text not null check (arm in ('stable', 'candidate')),
  split_version bigint not null,
  at timestamptz not null default now(),
  primary key (release_id, guardrail, horizon, subject_hash)
);

-- Subjects new since a split version began, on a sample of the hashes: what the split check counts.
create table seen_subject (
  app text not null,
  environment text not null,
  split_version bigint not null,
  subject_hash bigint not null,
  arm text not null check (arm in ('stable', 'candidate')),
  primary key (app, environment, split_version, subject_hash)
);

create table sample (
  id uuid primary key default gen_random_uuid(),
  app text not null references app (name),
  environment text not null,
  revision text not null,
  arm text not null,
  metadata jsonb not null,
  -- AES-256-GCM; absent where the app keeps metadata only.
  body bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sample_newest on sample (app, environment, created_at desc);
create index sample_expiry on sample (expires_at);

create table eval_run (
  id text primary key,
  kind text not null check (kind in ('evaluation', 'mirror')),
  release_id text references release (id),
  app text not null references app (name),
  candidate text not null,
  stable text,
  -- The cases or pairs that were planned: nothing outside of it counts, everything inside is accounted for.
  planned jsonb not null,
  decision jsonb,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  expires_at timestamptz
);
create index eval_run_by_release on eval_run (release_id);

create table eval_result (
  run_id text not null references eval_run (id) on delete cascade,
  case_id text not null,
  revision text not null,
  -- Which target of the chain answered: 0 is the first; critical cases run on every one.
  target smallint not null default 0,
  repeat smallint not null,
  score real,
  passed boolean not null,
  error text,
  latency_ms real,
  cost_usd real,
  details jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (run_id, case_id, revision, target, repeat)
);

create table api_token (
  id text primary key,
  name text not null unique,
  role text not null check (role in ('viewer', 'releaser', 'operator', 'admin')),
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

create table audit_entry (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  app text,
  environment text,
  release_id text,
  details jsonb not null default '{}',
  -- Assigned right after the commit by the sequencer, so that no global lock stands in a rollback's way.
  position bigint unique,
  hash bytea
);
create index audit_unsequenced on audit_entry (id) where position is null;
create index audit_by_app on audit_entry (app, id desc);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.position is not null
    or (new.at, new.actor, new.action, new.app, new.environment, new.release_id, new.details)
      is distinct from (old.at, old.actor, old.action, old.app, old.environment, old.release_id, old.details) then
    raise exception 'audit entries never change' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger audit_is_append_only before update or delete on audit_entry
  for each row execute function refuse_audit_change();

create table idempotency_key (
  scope text not null,
  key text not null,
  request_digest text not null,
  status integer,
  response jsonb,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

-- Down Migration

drop table idempotency_key, audit_entry, api_token, eval_result, eval_run, sample, seen_subject, charged_subject,
  arm_counter, gateway_instance, lease, evidence, stage_result, command, split_history, split, release, revision, app;
drop function refuse_audit_change, refuse_version_fall, refuse_revision_change;
