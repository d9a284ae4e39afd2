-- Up Migration

-- What guardrails that judge means have observed: a number of an answer, one for each subject and split version, chosen
-- before anybody knew it (docs/decisions/0063). Judged in the order of admission, up to a watermark.
create table observation (
  release_id text not null,
  guardrail text not null,
  split_version bigint not null,
  subject_hash bigint not null,
  arm text not null check (arm in ('stable', 'candidate')),
  admitted_at timestamptz not null,
  -- Null where there is an answer, and nobody knows the number.
  value double precision check (value > '-Infinity' and value < 'Infinity'),
  primary key (release_id, guardrail, split_version, subject_hash)
);
create index observation_in_order on observation (release_id, guardrail, admitted_at, subject_hash);

-- Up to which admission whoever observes for a guardrail is done: nothing before it is added any more. Without a row
-- time alone says so.
create table observation_watermark (
  release_id text not null,
  guardrail text not null,
  admitted_up_to timestamptz not null,
  primary key (release_id, guardrail)
);

-- Down Migration

drop table observation_watermark, observation;
