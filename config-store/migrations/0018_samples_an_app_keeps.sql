-- Up Migration

-- How many requests of an app are kept: a rate, over all gateways of an environment, and how many there are at most in an
-- environment, the newest ones.
alter table app
  add column samples_per_second double precision not null default 1
    check (samples_per_second > 0 and samples_per_second <= 100),
  add column max_samples integer not null default 20000 check (max_samples between 100 and 1000000);

-- Down Migration

alter table app drop column samples_per_second, drop column max_samples;
