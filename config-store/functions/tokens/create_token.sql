-- Makes a token. False where another one that is valid has the name.
create or replace function create_token(
  p_id text, p_name text, p_role text, p_hash bytea, p_subject text, p_apps text[], p_actions text[], p_content boolean,
  p_expires timestamptz, p_actor text
) returns boolean language plpgsql as $$
begin
  perform free_expired_token(p_name);
  insert into api_token (id, name, role, hash, subject, apps, actions, content, expires_at, made_by)
  values (p_id, p_name, p_role, p_hash, p_subject, p_apps, p_actions, p_content, p_expires, p_actor)
  on conflict (name) where revoked_at is null and replaced_at is null do nothing;
  if not found then return false; end if;
  perform append_audit(p_actor, 'token.created', null, null, null, jsonb_build_object(
    'id', p_id, 'name', p_name, 'role', p_role, 'subject', p_subject, 'apps', to_jsonb(p_apps),
    'actions', to_jsonb(p_actions), 'content', p_content, 'expiresAt', p_expires));
  return true;
end $$;
