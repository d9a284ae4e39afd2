-- Why a revision is condemned now; of several findings the gravest, then the newest. NULL where it is not.
create or replace function condemnation(p_app text, p_environment text, p_revision text) returns verdict language sql stable as $$
  select found from verdict found
  where app = p_app and environment = p_environment and revision = p_revision and kind = 'condemned'
    and id > coalesce((select max(id) from verdict
      where app = p_app and environment = p_environment and revision = p_revision and kind = 'cleared'), 0)
  order by cause = 'person', id desc limit 1;
$$;
