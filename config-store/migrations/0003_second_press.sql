-- Up Migration

-- Was the newest write that changed what serves a rollback of the last minutes? Then another rollback that names
-- nothing is a second press: it must not take out what the first one brought back. Only of the last minutes: an
-- automatic rollback of days ago must not make the first press of an emergency do nothing.
create or replace function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind = 'rollback' and at > now() - interval '15 minutes' from split_history
    where app = p_app and environment = p_environment and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;

-- Down Migration

create or replace function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind = 'rollback' from split_history
    where app = p_app and environment = p_environment and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;
