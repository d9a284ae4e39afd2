-- Up Migration

-- By which rules a release's evidence is judged, from its first look to its last (docs/decisions/0013): 1 for releases
-- that began before there were others; the program that opens a release says its own.
alter table release add column rules smallint not null default 1;

-- Down Migration

alter table release drop column rules;
