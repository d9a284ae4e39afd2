-- The newest version that changed an app's stable revision in an environment, with how it did.
create or replace function stable_change(p_app text, p_environment text) returns split_history language sql stable as $$
  select history from split_history history
  where app = p_app and environment = p_environment and version > coalesce((
    select max(before.version) from split_history before
    where before.app = p_app and before.environment = p_environment and before.stable is distinct from (
      select stable from split where app = p_app and environment = p_environment)), 0)
  order by version limit 1;
$$;
