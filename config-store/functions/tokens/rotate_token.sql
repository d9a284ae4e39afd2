-- Puts another token in the place of the one of a name, with the same rights. The old one stays good for the overlap,
-- never longer than it would have been. Null where the name has no valid token.
create or replace function rotate_token(
  p_name text, p_id text, p_hash bytea, p_overlap_ms bigint, p_expires timestamptz, p_actor text
) returns jsonb language plpgsql as $$
declare
  old api_token;
  old_until timestamptz := now() + p_overlap_ms * interval '1 millisecond';
  new_until timestamptz;
begin
  perform free_expired_token(p_name);
  select * into old from api_token where name = p_name and revoked_at is null and replaced_at is null for update;
  if not found then return null; end if;
  old_until := least(old_until, old.expires_at);
  new_until := coalesce(p_expires, now() + (old.expires_at - old.created_at));
  update api_token set replaced_at = now(), expires_at = old_until,
    revoked_at = case when p_overlap_ms = 0 then now() end where id = old.id;
  insert into api_token (id, name, role, hash, subject, apps, actions, content, expires_at, made_by)
  values (p_id, p_name, old.role, p_hash, old.subject, old.apps, old.actions, old.content, new_until, p_actor);
  perform append_audit(p_actor, 'token.rotated', null, null, null, jsonb_build_object(
    'id', p_id, 'name', p_name, 'replaces', old.id, 'oldUntil', old_until, 'expiresAt', new_until));
  return jsonb_build_object('role', old.role, 'oldUntil', old_until, 'expiresAt', new_until);
end $$;
