-- Up Migration

-- By which token a release was asked for that waits: one that was revoked since starts nothing. Null in rows of before.
alter table queued_release add column token_id text;

-- Down Migration

alter table queued_release drop column token_id;
