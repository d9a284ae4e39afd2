-- Who is logged in as a worker, and as nothing more.
create or replace function is_worker_alone() returns boolean language sql stable as $$
  select coalesce(pg_has_role(session_user, to_regrole('sluice_worker'), 'member'), false)
    and not coalesce(pg_has_role(session_user, to_regrole('sluice_api'), 'member'), false);
$$;
