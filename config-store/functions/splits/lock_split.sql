-- Locks a split for who decides by the version that it has, and says which; null where there is none. A program may read
-- splits, and a lock on a row takes the right to change it.
create or replace function lock_split(p_app text, p_environment text) returns bigint language sql as $$
  select version from split where app = p_app and environment = p_environment for no key update;
$$;
