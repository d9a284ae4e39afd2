-- Tells those who follow an app's open release that what it waits for may be over.
create or replace function tell_of_waits(p_app text) returns void language sql as $$
  select pg_notify('sluice_release', id) from release where app = p_app and closed_at is null;
$$;
