-- Up Migration

-- A subject is one unit of a guardrail of told events and a split version, whichever gateways it came to.
create table step_unit (
  release_id text not null,
  guardrail text not null,
  split_version bigint not null,
  subject_hash bigint not null,
  arm text not null check (arm in ('stable', 'candidate')),
  bad boolean not null,
  at timestamptz not null default now(),
  primary key (release_id, guardrail, split_version, subject_hash)
);

-- How many there are; it never falls, whoever is erased. Rows of one key add up.
create table unit_tally (
  release_id text not null,
  split_version bigint not null,
  arm text not null,
  guardrail text not null,
  shard smallint not null,
  exposed bigint not null,
  bad bigint not null,
  at timestamptz not null default now(),
  primary key (release_id, split_version, arm, guardrail, shard)
);

-- The body stands in config-store/functions.
create or replace function tally_units() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger units_are_tallied after insert on step_unit referencing new table as kept
  for each statement execute function tally_units();

-- Down Migration

drop table step_unit;
drop function tally_units();
drop table unit_tally;
