-- The revisions that a rollback may go back to by itself, the one that served last first (invariants 8, 28).
create or replace function former_stables(p_app text, p_environment text)
returns table (revision text, served_until bigint) language sql stable as $$
  select stable, max(version) from split_history
  where app = p_app and environment = p_environment and stable is not null
  group by stable
  having (condemnation(p_app, p_environment, stable)).id is null
  order by 2 desc;
$$;
