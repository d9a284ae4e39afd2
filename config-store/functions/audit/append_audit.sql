-- Writes an audit entry in the transaction of what it records (invariant 11).
create or replace function append_audit(
  p_actor text, p_action text, p_app text, p_environment text, p_release text, p_details jsonb
) returns void language sql as $$
  insert into audit_entry (actor, action, app, environment, release_id, details)
  values (p_actor, p_action, p_app, p_environment, p_release, jsonb_strip_nulls(p_details));
$$;
