-- Has one environment of an app still to follow production's stable revision?
create or replace function is_behind(here split) returns boolean language sql stable as $$
  select coalesce((
    select changed.version is not null and not exists (
      select from followed_stable done where done.app = here.app and done.environment = here.environment
        and done.production_version = changed.version and done.outcome = 'followed')
    from stable_change(here.app, 'production') changed), false);
$$;
