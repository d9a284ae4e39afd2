-- Up Migration

-- What waits for its value, or will never have one: counted whenever somebody asks how far the scoring is.
create index observation_unknown on observation (release_id, guardrail) where value is null;

-- Now read from the observations, which know as well of what was lost.
alter table live_score drop column missing;

-- How much of a difference the judges see that score for a guardrail; null where no judge does.
alter table live_score add column sight jsonb;

-- Down Migration

alter table live_score drop column sight, add column missing bigint not null default 0;
drop index observation_unknown;
