-- Counts what is charged as it is charged, so that a look adds up some rows instead of counting all subjects of a release,
-- and goes on knowing of those that were erased. Each session has a row of its own, by chance: gateways do not wait.
create or replace function tally_charges() returns trigger language plpgsql as $$
begin
  insert into charge_tally as t (release_id, split_version, arm, guardrail, horizon, shard, count)
  select release_id, split_version, arm, guardrail, horizon, pg_backend_pid() % 16, count(*)
  from charged group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (release_id, split_version, arm, guardrail, horizon, shard) do update
    set count = t.count + excluded.count, at = now();
  return null;
end $$;
