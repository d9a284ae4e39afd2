-- What a release lacks to be let into production: a gate of its plan that has not passed for its revision, or one that
-- it may not do without. Null where it lacks nothing, as in the functions below.
create or replace function gates_lack(p_release release) returns text language sql stable as $$
  select format('no passing %s of %s is stored', kind, p_release.revision)
  from (values ('evaluation', 'evaluate', 1), ('mirror', 'mirror', 2)) as gate (kind, field, n)
  where case when p_release.plan ->> field = 'skip'
    then p_release.policy is not null and not coalesce(p_release.policy -> 'waived' ? kind, false)
    else not gate_passed(p_release, kind) end
  order by n limit 1;
$$;
