-- Up Migration

-- Where the tests of a release are after its newest look: the next one goes on from there, so that it costs the same
-- after a day as after a minute (docs/decisions/0063). What was judged stands in the evidence.
create table judged_state (
  release_id text primary key,
  state jsonb not null,
  at timestamptz not null default now()
);

create index evidence_in_order on evidence (release_id, measured_at);

-- Down Migration

drop index evidence_in_order;
drop table judged_state;
