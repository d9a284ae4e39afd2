-- Up Migration

-- Each program has a role of its own (docs/decisions/0039): groups here, what they may in config-store/rights.ts, which
-- `sluice migrate` applies after the migrations. Where the owner may not create roles, its administrator does.
do $$
declare
  name text;
begin
  foreach name in array array['sluice_api', 'sluice_worker', 'sluice_gateway', 'sluice_evaluation', 'sluice_breakglass'] loop
    if exists (select from pg_roles where rolname = name) then continue; end if;
    begin
      execute format('create role %I nologin', name);
    exception when insufficient_privilege or duplicate_object or unique_violation then
      raise notice 'the role % is not made by this migration', name;
    end;
  end loop;
end $$;

-- Gateways read and write by these functions alone, which run with the rights of their owner.

create function gateway_view(p_environment text) returns table (
  database_time timestamptz, inactive text[], app text, environment text, version bigint, stable text, candidate text,
  weight numeric, include text[], exclude text[], salt text, counting jsonb, release_id text, sampling text,
  samples_per_second double precision, lease_release_id text, lease_age_ms bigint, lease_ttl_ms integer
) language sql stable as $$
  with living as (
    select greatest(1, count(*)) as gateways from gateway_instance g
    where g.environment = p_environment and g.ended_at is null and g.heartbeat_at > now() - interval '5 seconds'),
  view as (
    select s.*, a.sampling, a.samples_per_second / living.gateways as samples_per_second, l.release_id as lease_release_id,
      l.ttl_ms, (extract(epoch from clock_timestamp() - l.renewed_at) * 1000)::bigint as age_ms
    from living cross join split s join app a on a.name = s.app
      left join lease l on l.app = s.app and l.environment = s.environment and l.release_id = s.release_id
    where s.environment = p_environment)
  select clock_timestamp(),
    array(select a.name from app a where not exists
      (select from split s where s.app = a.name and s.environment = p_environment)),
    v.app, v.environment, v.version, v.stable, v.candidate, v.weight, v.include, v.exclude, v.salt, v.counting,
    v.release_id, v.sampling, v.samples_per_second, v.lease_release_id, v.age_ms, v.ttl_ms
  from (values (1)) as one left join view v on true;
$$;

create function gateway_revisions(p_app text, p_digests text[]) returns setof revision language sql stable as $$
  select * from revision where app = p_app and digest = any (p_digests) order by digest;
$$;

-- By its label, or the beginning of its digest; of two that could be meant both.
create function gateway_revision(p_app text, p_label text, p_digits text) returns setof revision language sql stable as $$
  select * from revision where app = p_app and (label = p_label or starts_with(digest, 'rev_' || p_digits)) limit 2;
$$;

create function gateway_heartbeat(
  p_gateway text, p_boot text, p_environment text, p_acks jsonb, p_refusals jsonb, p_fingerprint jsonb, p_ended boolean,
  p_ahead jsonb
) returns void language sql as $$
  insert into gateway_instance (id, boot_id, environment, acks, refusals, fingerprint, ended_at, ahead)
  values (p_gateway, p_boot, p_environment, p_acks, p_refusals, p_fingerprint, case when p_ended then now() end, p_ahead)
  on conflict (id, boot_id) do update set acks = excluded.acks, refusals = excluded.refusals,
    fingerprint = excluded.fingerprint, ahead = excluded.ahead, heartbeat_at = now(),
    ended_at = coalesce(gateway_instance.ended_at, excluded.ended_at);
$$;

create function gateway_flush(
  p_gateway text, p_boot text, p_environment text, p_sequence bigint, p_counters jsonb, p_charges jsonb, p_seen jsonb
) returns void language sql as $$
  insert into arm_counter (gateway_id, boot_id, environment, sequence, app, split_version, arm, counts)
  select p_gateway, p_boot, p_environment, p_sequence, app, "splitVersion", arm, counts
  from jsonb_to_recordset(p_counters) as row (app text, "splitVersion" bigint, arm text, counts jsonb)
  on conflict (gateway_id, boot_id, app, environment, split_version, arm) do update
    set counts = excluded.counts, sequence = excluded.sequence, updated_at = now()
    where excluded.sequence > arm_counter.sequence;
  insert into charged_subject (release_id, guardrail, horizon, subject_hash, arm, split_version)
  select "releaseId", guardrail, horizon, "subjectHash", arm, "splitVersion"
  from jsonb_to_recordset(p_charges) as row
    ("releaseId" text, guardrail text, horizon text, "subjectHash" bigint, arm text, "splitVersion" bigint)
  order by 1, 2, 3, 4
  on conflict do nothing;
  insert into seen_subject (environment, app, split_version, subject_hash, arm)
  select p_environment, app, "splitVersion", "subjectHash", arm
  from jsonb_to_recordset(p_seen) as row (app text, "splitVersion" bigint, "subjectHash" bigint, arm text)
  order by 2, 3, 4
  on conflict do nothing;
$$;

create function gateway_charges(p_releases text[], p_after timestamptz) returns setof charged_subject
language sql stable as $$
  select * from charged_subject
  where release_id = any (p_releases) and (p_after is null or at > p_after - interval '15 seconds')
  order by at;
$$;

create function gateway_samples(p_samples jsonb) returns void language sql as $$
  insert into sample (id, app, environment, revision, arm, metadata, body, expires_at)
  select coalesce(id, gen_random_uuid()), app, environment, revision, arm, metadata, decode(body, 'base64'),
    now() + "ttlMs" * interval '1 millisecond'
  from jsonb_to_recordset(p_samples) as row
    (id uuid, app text, environment text, revision text, arm text, metadata jsonb, body text, "ttlMs" bigint)
  on conflict (id) do nothing;
$$;
