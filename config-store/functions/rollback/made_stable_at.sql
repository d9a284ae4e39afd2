-- When a release (or the first publication) made a revision stable for the last time; NULL where none ever did.
create or replace function made_stable_at(p_app text, p_environment text, p_revision text) returns bigint language sql stable as $$
  select max(version) from split_history
  where app = p_app and environment = p_environment and stable = p_revision and kind in ('create', 'promote');
$$;
