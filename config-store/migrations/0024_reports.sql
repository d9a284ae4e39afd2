-- Up Migration

-- What callers report of calls past the gateways: `shown` beside what gateways have seen themselves, or `judged` with it,
-- where an admin trusts those who hold keys for it.
alter table app add column reports text not null default 'shown' check (reports in ('shown', 'judged'));

-- Down Migration

alter table app drop column reports;
