-- Up Migration

-- Whose a token is, what it may do beside its role, and how long. A name is one valid token's; a revoked one frees it.
alter table api_token
  drop constraint api_token_name_key,
  -- The person or program that it stands for, whatever the token is called: who may not approve what they wrote.
  add column subject text,
  -- Absent: of all apps, and all that its role may do.
  add column apps text[] check (cardinality(apps) > 0),
  add column actions text[] check (cardinality(actions) > 0),
  -- Answers, samples and explanations; no role has that by itself.
  add column content boolean not null default false,
  add column made_by text,
  add column expires_at timestamptz,
  add column last_used_at timestamptz,
  -- A rotation has put another in its place; it is good until it expires.
  add column replaced_at timestamptz;
insert into audit_entry (actor, action, details) values ('system:migration', 'audit.migrated', '{"table": "api_token"}');
update api_token set subject = name;
alter table api_token alter column subject set not null;
create unique index one_token_of_a_name on api_token (name) where revoked_at is null and replaced_at is null;

-- The name of a token that has expired is free.
create function free_expired_token(p_name text) returns void language sql as $$
  update api_token set revoked_at = expires_at where name = p_name and revoked_at is null and expires_at <= now();
$$;

-- Makes a token. False where another one that is valid has the name.
create function create_token(
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

-- Puts another token in the place of the one of a name, with the same rights. The old one stays good for the overlap,
-- never longer than it would have been. Null where the name has no valid token.
create function rotate_token(
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

-- Whose tokens of CI an admin trusts: pinned by what the provider signs and nobody can take over with a name.
create table oidc_trust (
  id text primary key,
  name text not null,
  provider text not null check (provider in ('github', 'gitlab')),
  issuer text not null,
  audience text not null,
  repository_id text not null check (repository_id ~ '^[0-9]+$'),
  ref text not null check (ref ~ '^refs/'),
  -- Null: of any environment, and of none.
  environment text,
  -- Path of the workflow's file in its repository.
  workflow text not null,
  events text[] not null check (cardinality(events) > 0),
  role text not null check (role in ('viewer', 'releaser', 'operator', 'admin')),
  apps text[] check (cardinality(apps) > 0),
  actions text[] check (cardinality(actions) > 0),
  ttl_ms bigint not null check (ttl_ms > 0),
  made_by text not null,
  created_at timestamptz not null default now(),
  removed_at timestamptz
);
create unique index one_trust_of_a_name on oidc_trust (name) where removed_at is null;
create index trust_by_repository on oidc_trust (issuer, repository_id) where removed_at is null;

-- What such a token was exchanged for.
create table exchanged_token (
  id text primary key,
  trust_id text not null references oidc_trust (id),
  hash bytea not null unique,
  subject text not null,
  -- What the provider says of the run: repository, run, who triggered it.
  run jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index exchanged_token_expiry on exchanged_token (expires_at);

-- Tokens of CI that were exchanged, and how often.
create table oidc_seen (
  issuer text not null,
  jti_hash bytea not null,
  uses integer not null default 1,
  expires_at timestamptz not null,
  primary key (issuer, jti_hash)
);
create index oidc_seen_expiry on oidc_seen (expires_at);

-- Down Migration

drop table oidc_seen, exchanged_token, oidc_trust;
drop function rotate_token, create_token, free_expired_token;
drop index one_token_of_a_name;
delete from api_token t using api_token newer where newer.name = t.name and newer.id > t.id;
alter table api_token drop column subject, drop column apps, drop column actions, drop column content, drop column made_by,
  drop column expires_at, drop column last_used_at, drop column replaced_at,
  add constraint api_token_name_key unique (name);
