-- Up Migration

-- What a judge said of labelled answers. Who a judge is, is its digest: of another prompt, model or version it is another.
create table judge_calibration (
  id text primary key,
  judge_digest text not null,
  -- What it is called in the bindings of that environment.
  name text not null,
  environment text not null,
  good_passed integer not null check (good_passed >= 0),
  good_failed integer not null check (good_failed >= 0),
  bad_passed integer not null check (bad_passed >= 0),
  bad_failed integer not null check (bad_failed >= 0),
  -- Answers that it gave no verdict on.
  not_judged integer not null check (not_judged >= 0),
  -- Of the labelled answers and their criteria: nothing of them is kept.
  labels_digest text not null,
  actor text not null,
  at timestamptz not null default clock_timestamp()
);
create index judge_calibration_newest on judge_calibration (judge_digest, at desc);
select hold_state('judge_calibration', 'id', '', true);

-- Verdicts asked for, of each judge and day (UTC).
create table judge_use (
  judge_digest text not null,
  day date not null,
  calls integer not null,
  primary key (judge_digest, day)
);
