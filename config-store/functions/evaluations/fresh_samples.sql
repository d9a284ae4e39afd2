-- For the evaluation worker, which asks them again: those whose time is not over, the newest first.
create or replace function fresh_samples(p_app text, p_environment text, p_limit integer, p_ids uuid[] default null)
returns table (id uuid, app text, environment text, subject text, body bytea, created_at timestamptz,
  expires_at timestamptz) language sql stable as $$
  select f.id, f.app, f.environment, f.subject, f.body, f.created_at, f.expires_at from fresh_sample f
  where f.app = p_app and f.environment = p_environment and f.expires_at > clock_timestamp()
    and (p_ids is null or f.id = any (p_ids)) and keeps_fresh_samples(p_app)
  order by f.created_at desc, f.id limit p_limit;
$$;
