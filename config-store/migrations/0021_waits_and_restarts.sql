-- Up Migration

-- Until when an evaluation or a mirror waits at most for what `waiting_for` names; of a step the plan says it.
alter table release add column waiting_until timestamptz;

alter table first_evaluation
  -- How often its workflow was replaced because no worker could carry it on.
  add column restarts smallint not null default 0,
  -- What keeps it waiting, as of a release.
  add column waiting_for text, add column waiting_until timestamptz;

-- Down Migration

alter table first_evaluation drop column restarts, drop column waiting_for, drop column waiting_until;
alter table release drop column waiting_until;
