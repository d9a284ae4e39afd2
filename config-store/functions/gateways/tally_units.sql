-- Counts the units of a step as they are kept, as tally_charges does with charges.
create or replace function tally_units() returns trigger language plpgsql as $$
begin
  insert into unit_tally as t (release_id, split_version, arm, guardrail, shard, exposed, bad)
  select release_id, split_version, arm, guardrail, pg_backend_pid() % 16, count(*), count(*) filter (where bad)
  from kept group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (release_id, split_version, arm, guardrail, shard) do update
    set exposed = t.exposed + excluded.exposed, bad = t.bad + excluded.bad, at = now();
  return null;
end $$;
