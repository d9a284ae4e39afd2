-- Up Migration

-- Where the tests of a release's means are after its newest look: the next one goes on from there, so that it costs the
-- same after a day as after a minute (docs/decisions/0063). What was judged stands in the evidence.
create table judged_state (
  release_id text primary key,
  state jsonb not null,
  at timestamptz not null default now()
);

-- Down Migration

drop table judged_state;
