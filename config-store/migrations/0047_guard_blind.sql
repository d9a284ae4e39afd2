-- Up Migration

-- Since when nothing valid could be measured of a guard, and why; a valid look takes both away.
alter table guard add column blind_since timestamptz, add column blind_why text;
