-- Up Migration

-- Who may call gateways, for which apps and what for. Of a key itself only its SHA-256 is kept. A revoked name is free
-- again. `environments` null: in all of them.
create table gateway_key (
  id text primary key,
  name text not null,
  apps text[] not null check (cardinality(apps) > 0),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['call', 'outcomes', 'prompts']),
  environments text[],
  requests_per_minute integer not null check (requests_per_minute > 0),
  in_flight integer not null check (in_flight > 0),
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create unique index gateway_key_name on gateway_key (name) where revoked_at is null;

-- Whatever changes keys, gateways read them at once: an empty payload on the channel of splits means "read all".
create function tell_of_keys() returns trigger language plpgsql as $$
begin
  perform pg_notify('sluice_split', '');
  return null;
end $$;
create trigger gateway_key_changed after insert or update or delete on gateway_key
  for each statement execute function tell_of_keys();

-- The keys that are valid in an environment, with a digest of them all; a gateway that names the digest it has gets no
-- keys where they are the same, so that a poll costs next to nothing.
create function gateway_keys(p_environment text, p_known text) returns jsonb language sql stable as $$
  with valid as (
    select jsonb_build_object('id', id, 'name', name, 'hash', encode(hash, 'hex'), 'apps', to_jsonb(apps),
      'scopes', to_jsonb(scopes), 'requestsPerMinute', requests_per_minute, 'inFlight', in_flight) as key
    from gateway_key
    where revoked_at is null and (environments is null or p_environment = any (environments))
    order by id),
  listed as (select coalesce(jsonb_agg(key), '[]') as keys from valid)
  select case when md5(keys::text) = p_known then jsonb_build_object('digest', p_known)
    else jsonb_build_object('digest', md5(keys::text), 'keys', keys) end
  from listed;
$$;

-- Assignments whose outcome has been told, or that a gateway has answered itself: each counts once, whichever gateway
-- hears of it and however often. Rows go when the assignment is good no more.
create table used_assignment (
  id text primary key,
  at timestamptz not null default now()
);
create index used_assignment_by_time on used_assignment (at);

-- Takes assignments for the one who asks; answers with those that nobody had taken before.
create function use_assignments(p_ids text[]) returns setof text language sql as $$
  insert into used_assignment (id) select distinct id from unnest(p_ids) as id order by id
  on conflict do nothing returning id;
$$;

-- Down Migration

drop function use_assignments(text[]);
drop table used_assignment;
drop function gateway_keys(text, text);
drop table gateway_key;
drop function tell_of_keys();
