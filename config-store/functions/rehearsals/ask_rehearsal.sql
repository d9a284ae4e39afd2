-- Puts a question, unless it was put since then.
create or replace function ask_rehearsal(p_app text, p_environment text, p_revision text, p_since timestamptz) returns void
language sql as $$
  insert into rehearsal as known (app, environment, revision) values (p_app, p_environment, p_revision)
  on conflict (app, environment, revision) do update set asked_at = clock_timestamp(), claimed_at = null
  where known.asked_at < p_since;
$$;
