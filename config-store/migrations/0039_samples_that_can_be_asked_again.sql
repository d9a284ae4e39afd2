-- Up Migration

-- A request that redaction altered is another request. Whether it did is known with each sample; null in those that are
-- older than this, and where no content is kept.
alter table sample add column altered boolean;
create index sample_whole on sample (app, environment, created_at desc) where altered = false;

-- Requests as they came, where redaction has altered what is kept of them: sealed by a key of their own, for an hour at
-- most, under the id of the sample. Unlogged: in no base backup, no archived WAL and on no replica; gone after a crash.
-- No role has a right to it; it is used by functions alone.
create unlogged table fresh_sample (
  id uuid primary key,
  app text not null references app (name),
  environment text not null,
  -- Its keyed hash, as in the metadata of the sample.
  subject text,
  body bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (expires_at <= created_at + interval '60 minutes')
);
-- They do not compress: sealed bytes are random.
alter table fresh_sample alter column body set storage external;
create index fresh_sample_newest on fresh_sample (app, environment, created_at desc);
create index fresh_sample_expiry on fresh_sample (expires_at);
create index fresh_sample_of_subject on fresh_sample (app, subject);

alter table app
  add column max_fresh_samples integer not null default 5000 check (max_fresh_samples between 100 and 100000),
  add column max_fresh_megabytes integer not null default 256 check (max_fresh_megabytes between 1 and 102400);

create or replace function drop_erased_fresh_sample() returns trigger language plpgsql as $$
begin
  if exists (select from erasure where app = new.app and subject_hash::text = new.subject
      and at > now() - interval '1 hour') then
    return null;
  end if;
  return new;
end $$;
create trigger fresh_sample_of_erased before insert on fresh_sample
  for each row execute function drop_erased_fresh_sample();

