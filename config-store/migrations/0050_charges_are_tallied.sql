-- Up Migration

-- How many subjects were charged, by what is asked for; it never falls, whoever is erased. Rows of one key add up.
create table charge_tally (
  release_id text not null,
  split_version bigint not null,
  arm text not null,
  guardrail text not null,
  horizon text not null,
  shard smallint not null,
  count bigint not null,
  at timestamptz not null default now(),
  primary key (release_id, split_version, arm, guardrail, horizon, shard)
);

-- The body stands in config-store/functions.
create or replace function tally_charges() returns trigger language plpgsql as $$ begin return null; end $$;
-- Its lock keeps gateways from charging anybody until what is there is counted.
create trigger charges_are_tallied after insert on charged_subject referencing new table as charged
  for each statement execute function tally_charges();
insert into charge_tally (release_id, split_version, arm, guardrail, horizon, shard, count)
  select release_id, split_version, arm, guardrail, horizon, 0, count(*) from charged_subject group by 1, 2, 3, 4, 5;

-- Down Migration

drop trigger charges_are_tallied on charged_subject;
drop function tally_charges();
drop table charge_tally;
