-- Up Migration

-- Of pairs of a good and a bad answer a judge is asked in both orders: how many, and in how many it named the same place.
alter table judge_calibration
  add column pairs integer not null default 0 check (pairs >= 0),
  add column flips integer not null default 0 check (flips between 0 and pairs);

-- Down Migration

alter table judge_calibration drop column pairs, drop column flips;
