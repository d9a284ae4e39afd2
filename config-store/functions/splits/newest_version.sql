-- The newest version of a split; 0 where there is none.
create or replace function newest_version(p_app text, p_environment text) returns bigint language sql stable as $$
  select coalesce((select version from split where app = p_app and environment = p_environment), 0);
$$;
