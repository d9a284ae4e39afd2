-- A token that has expired is given up with an entry that says so, as every change of a token.
create or replace function free_expired_token(p_name text) returns void language sql as $$
  with freed as (
    update api_token set revoked_at = expires_at where name = p_name and revoked_at is null and expires_at <= now()
    returning id, name)
  insert into audit_entry (actor, action, details)
  select 'system:database', 'token.expired', jsonb_build_object('id', id, 'name', name) from freed;
$$;
