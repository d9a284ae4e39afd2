-- Up Migration

-- What gateways tell is looked at before it is kept (docs/decisions/0045): their database user is the least protected one.

-- Database users that are for gateways of one environment alone; who is not here may speak for every one.
create table gateway_user (
  name text primary key,
  environment text not null
);

create function gateway_environment(p_environment text) returns text language plpgsql stable as $$
declare
  own text := (select environment from gateway_user where name = session_user);
begin
  if own <> p_environment then
    raise exception 'The database user % is for gateways of %, not of %.', session_user, own, p_environment
      using errcode = '42501';
  end if;
  return p_environment;
end $$;

-- A split version that a gateway can have served: a whole number, at most a million beyond the newest here. So far a
-- database falls behind that was restored; further on it would soon have no number left.
create function is_served_version(p_version jsonb, p_newest bigint) returns boolean language sql immutable as $$
  select case when jsonb_typeof(p_version) = 'number'
    then p_version::numeric between 0 and p_newest + 1000000 and p_version::numeric = trunc(p_version::numeric)
    else false end;
$$;

create function newest_version(p_app text, p_environment text) returns bigint language sql stable as $$
  select coalesce((select version from split where app = p_app and environment = p_environment), 0);
$$;

-- What cannot be so in a heartbeat; null where nothing is.
create function untrue_heartbeat(
  p_gateway text, p_boot text, p_environment text, p_acks jsonb, p_refusals jsonb, p_fingerprint jsonb, p_ahead jsonb
) returns text language sql stable as $$
  select case
    when not coalesce(p_gateway ~ '^[^[:cntrl:]]{1,200}$' and p_boot ~ '^[^[:cntrl:]]{1,200}$', false) then 'its name'
    when exists (select from unnest(array[p_acks, p_refusals, p_fingerprint, p_ahead]) told
      where jsonb_typeof(told) is distinct from 'object' or octet_length(told::text) > 4000000) then 'its form'
    when exists (select from jsonb_each(p_acks) told
      where not is_served_version(told.value, newest_version(told.key, p_environment))) then 'a version that it serves'
    when exists (select from jsonb_each(p_refusals) told
      where not is_served_version(told.value->'version', newest_version(told.key, p_environment))
        or jsonb_typeof(told.value->'reason') is distinct from 'string') then 'a version that it refuses'
    when exists (select from jsonb_each(p_ahead) told
      where not is_served_version(told.value->'version', newest_version(told.key, p_environment))
        or not is_served_version(told.value->'told', newest_version(told.key, p_environment) - 1000000)
        or coalesce(jsonb_typeof(told.value->'stable'), 'string') <> 'string') then 'a version that it has served'
  end;
$$;

-- As before, but nothing that cannot be so.
create or replace function gateway_heartbeat(
  p_gateway text, p_boot text, p_environment text, p_acks jsonb, p_refusals jsonb, p_fingerprint jsonb, p_ended boolean,
  p_ahead jsonb
) returns void language plpgsql as $$
declare
  wrong text := untrue_heartbeat(p_gateway, p_boot, gateway_environment(p_environment), p_acks, p_refusals,
    p_fingerprint, p_ahead);
begin
  if wrong is not null then
    raise exception 'A heartbeat was refused for %.', wrong using errcode = '22023';
  end if;
  insert into gateway_instance (id, boot_id, environment, acks, refusals, fingerprint, ended_at, ahead)
  values (p_gateway, p_boot, p_environment, p_acks, p_refusals, p_fingerprint, case when p_ended then now() end, p_ahead)
  on conflict (id, boot_id) do update set acks = excluded.acks, refusals = excluded.refusals,
    fingerprint = excluded.fingerprint, ahead = excluded.ahead, heartbeat_at = now(),
    ended_at = coalesce(gateway_instance.ended_at, excluded.ended_at)
    where gateway_instance.environment = excluded.environment;
end $$;

-- What was told before, and cannot be so.
update gateway_instance set acks = '{}', refusals = '{}', fingerprint = '{}', ahead = '{}'
where untrue_heartbeat(id, boot_id, environment, acks, refusals, fingerprint, ahead) is not null;

-- The counts of an arm: no number is missing, below zero or beyond all sense, and no more is bad than was counted.
create function are_counts(p_counts jsonb) returns boolean language sql immutable as $$
  select case when jsonb_typeof(p_counts) = 'object' and jsonb_typeof(p_counts->'latencyBuckets') = 'array'
      and jsonb_typeof(p_counts->'guardrails') = 'object' then
    (select bool_and(coalesce(jsonb_typeof(p_counts->field) = 'number', false)) from unnest(array['admitted', 'completed',
      'failed', 'rescued', 'tokensIn', 'tokensOut', 'retrievalEmpty', 'retrievalError', 'latencySumMs']) field)
    and not jsonb_path_exists(p_counts, '$.** ? (@.type() == "number" && (@ < 0 || @ > 1000000000000000))')
    and not exists (
      select from jsonb_each(p_counts->'guardrails') counter, unnest(array['short', 'long']) horizon
      where case when jsonb_typeof(counter.value->horizon->'exposed') = 'number'
          and jsonb_typeof(counter.value->horizon->'bad') = 'number'
        then (counter.value->horizon->>'bad')::numeric > (counter.value->horizon->>'exposed')::numeric else true end)
  else false end;
$$;

-- Counts are cumulative: what falls is no measurement.
create function counts_rise(p_from jsonb, p_to jsonb) returns boolean language sql immutable as $$
  select (p_to->>'admitted')::numeric >= (p_from->>'admitted')::numeric and not exists (
    select from jsonb_each(p_from->'guardrails') counter, unnest(array['short', 'long']) horizon,
      unnest(array['exposed', 'bad']) what
    where coalesce((p_to->'guardrails'->counter.key->horizon->>what)::numeric, 0)
      < (counter.value->horizon->>what)::numeric);
$$;

-- As before; of versions that the split has come to, of releases of the environment, and of counts that can be so.
create or replace function gateway_flush(
  p_gateway text, p_boot text, p_environment text, p_sequence bigint, p_counters jsonb, p_charges jsonb, p_seen jsonb
) returns void language plpgsql as $$
begin
  perform gateway_environment(p_environment);
  if exists (select from jsonb_array_elements(p_counters) counted where not are_counts(counted->'counts')) then
    raise exception 'Counts were refused that cannot be so.' using errcode = '22023';
  end if;
  insert into arm_counter (gateway_id, boot_id, environment, sequence, app, split_version, arm, counts)
  select p_gateway, p_boot, p_environment, p_sequence, app, "splitVersion", arm, counts
  from jsonb_to_recordset(p_counters) as row (app text, "splitVersion" bigint, arm text, counts jsonb)
  where "splitVersion" <= newest_version(app, p_environment)
  on conflict (gateway_id, boot_id, app, environment, split_version, arm) do update
    set counts = excluded.counts, sequence = excluded.sequence, updated_at = now()
    where excluded.sequence > arm_counter.sequence and counts_rise(arm_counter.counts, excluded.counts);
  insert into charged_subject (release_id, guardrail, horizon, subject_hash, arm, split_version)
  select "releaseId", guardrail, horizon, "subjectHash", arm, "splitVersion"
  from jsonb_to_recordset(p_charges) as row
    ("releaseId" text, guardrail text, horizon text, "subjectHash" bigint, arm text, "splitVersion" bigint)
  where exists (select from release where id = "releaseId" and environment = p_environment
    and "splitVersion" <= newest_version(app, p_environment))
  order by 1, 2, 3, 4
  on conflict do nothing;
  insert into seen_subject (environment, app, split_version, subject_hash, arm)
  select p_environment, app, "splitVersion", "subjectHash", arm
  from jsonb_to_recordset(p_seen) as row (app text, "splitVersion" bigint, "subjectHash" bigint, arm text)
  where "splitVersion" <= newest_version(app, p_environment)
  order by 2, 3, 4
  on conflict do nothing;
end $$;

-- As before, of the environment of who asks.
create or replace function gateway_charges(p_releases text[], p_after timestamptz) returns setof charged_subject
language sql stable as $$
  select charged_subject.* from charged_subject join release on release.id = release_id
  where release_id = any (p_releases) and (p_after is null or at > p_after - interval '15 seconds')
    and gateway_environment(release.environment) = release.environment
  order by at;
$$;

create or replace function gateway_samples(p_samples jsonb) returns void language sql as $$
  insert into sample (id, app, environment, revision, arm, metadata, body, expires_at)
  select coalesce(id, gen_random_uuid()), app, gateway_environment(environment), revision, arm, metadata,
    decode(body, 'base64'), now() + "ttlMs" * interval '1 millisecond'
  from jsonb_to_recordset(p_samples) as row
    (id uuid, app text, environment text, revision text, arm text, metadata jsonb, body text, "ttlMs" bigint)
  on conflict (id) do nothing;
$$;

create or replace function gateway_view(p_environment text) returns table (
  database_time timestamptz, inactive text[], app text, environment text, version bigint, stable text, candidate text,
  weight numeric, include text[], exclude text[], salt text, counting jsonb, release_id text, sampling text,
  samples_per_second double precision, lease_release_id text, lease_age_ms bigint, lease_ttl_ms integer
) language sql stable as $$
  with here as (select gateway_environment(p_environment) as environment),
  living as (
    select greatest(1, count(*)) as gateways from gateway_instance g
    where g.environment = p_environment and g.ended_at is null and g.heartbeat_at > now() - interval '5 seconds'),
  view as (
    select s.*, a.sampling, a.samples_per_second / living.gateways as samples_per_second, l.release_id as lease_release_id,
      l.ttl_ms, (extract(epoch from clock_timestamp() - l.renewed_at) * 1000)::bigint as age_ms
    from here cross join living join split s on s.environment = here.environment join app a on a.name = s.app
      left join lease l on l.app = s.app and l.environment = s.environment and l.release_id = s.release_id)
  select clock_timestamp(),
    array(select a.name from app a where not exists
      (select from split s where s.app = a.name and s.environment = p_environment)),
    v.app, v.environment, v.version, v.stable, v.candidate, v.weight, v.include, v.exclude, v.salt, v.counting,
    v.release_id, v.sampling, v.samples_per_second, v.lease_release_id, v.age_ms, v.ttl_ms
  from (values (1)) as one left join view v on true;
$$;

create or replace function gateway_keys(p_environment text, p_known text) returns jsonb language sql stable as $$
  with valid as (
    select jsonb_build_object('id', id, 'name', name, 'hash', encode(hash, 'hex'), 'apps', to_jsonb(apps),
      'scopes', to_jsonb(scopes), 'requestsPerMinute', requests_per_minute, 'inFlight', in_flight) as key
    from gateway_key
    where revoked_at is null
      and (environments is null or gateway_environment(p_environment) = any (environments))
    order by id),
  listed as (select coalesce(jsonb_agg(key), '[]') as keys from valid)
  select case when md5(keys::text) = p_known then jsonb_build_object('digest', p_known)
    else jsonb_build_object('digest', md5(keys::text), 'keys', keys) end
  from listed;
$$;

-- That a gateway cannot bind a revision it says itself, by the name that it alone knows of its process.
alter table rehearsal_answer add column boot_id text not null default '';
alter table rehearsal_answer drop constraint rehearsal_answer_pkey;
alter table rehearsal_answer add primary key (app, environment, revision, gateway_id, boot_id);

drop function take_rehearsals(text, text);
create function take_rehearsals(p_environment text, p_gateway text, p_boot text default '')
returns table (app text, revision text) language sql as $$
  update rehearsal set claimed_at = clock_timestamp()
  from (
    select asked.app, asked.environment, asked.revision from rehearsal asked
    where asked.environment = gateway_environment(p_environment)
      and (asked.answered_at is null or asked.answered_at < asked.asked_at)
      and (asked.claimed_at is null or asked.claimed_at < clock_timestamp() - interval '20 seconds')
      and not exists (select from rehearsal_answer mine where mine.app = asked.app
        and mine.environment = asked.environment and mine.revision = asked.revision
        and mine.gateway_id = p_gateway and mine.boot_id = p_boot and mine.at >= asked.asked_at)
    order by asked.asked_at limit 4 for update skip locked) as free
  where rehearsal.app = free.app and rehearsal.environment = free.environment and rehearsal.revision = free.revision
  returning rehearsal.app, rehearsal.revision;
$$;

drop function answer_rehearsal(text, text, text, text, text, text);
create function answer_rehearsal(
  p_app text, p_environment text, p_revision text, p_gateway text, p_outcome text, p_reason text, p_boot text default ''
) returns void language sql as $$
  delete from rehearsal_answer where app = p_app and environment = p_environment and revision = p_revision
    and at < clock_timestamp() - interval '1 day';
  insert into rehearsal_answer (app, environment, revision, gateway_id, boot_id, outcome, reason, at)
  values (p_app, gateway_environment(p_environment), p_revision, p_gateway, p_boot, p_outcome, p_reason, clock_timestamp())
  on conflict (app, environment, revision, gateway_id, boot_id) do update
    set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at;
  update rehearsal set claimed_at = null,
    answered_at = case when p_outcome = 'unbound' then answered_at else clock_timestamp() end
  where app = p_app and environment = p_environment and revision = p_revision;
$$;

create or replace function servability(p_app text, p_environment text, p_revision text)
returns table (gateway_id text, reason text) language sql stable as $$
  select live.id, coalesce(
    (select live.refusals->p_app->>'reason' from split_history refused
      where refused.app = p_app and refused.environment = p_environment
        and refused.version = (live.refusals->p_app->>'version')::bigint
        and coalesce(refused.candidate, refused.stable) = p_revision),
    unbound_for(live.fingerprint, content),
    (select answer.reason from rehearsal_answer answer where answer.app = p_app and answer.environment = p_environment
      and answer.revision = p_revision and answer.gateway_id = live.id and answer.boot_id = live.boot_id
      and answer.outcome = 'unbound'
      -- A gateway reads its bindings and keys when it starts.
      and answer.at > live.started_at))
  from gateway_instance live join revision on revision.app = p_app and revision.digest = p_revision
  where live.environment = p_environment and live.ended_at is null
    and live.heartbeat_at > clock_timestamp() - interval '5 seconds'
  order by live.id;
$$;

-- As before; but where a person says what is to serve, and past the control plane, nothing that gateways tell stands in
-- the way: it may be told falsely, and the press is what counts then (invariants 7 and 20).
create or replace function refuse_to_pass(p_app text, p_environment text, p_written bigint, p_stable text) returns void
language plpgsql stable as $$
declare
  newest record;
begin
  if current_setting('sluice.person_decides', true) = 'on' then return; end if;
  select (ahead->p_app->>'version')::bigint as version, ahead->p_app->>'stable' as stable, id into newest
  from gateway_instance
  where environment = p_environment and ended_at is null and heartbeat_at > clock_timestamp() - interval '1 minute'
    and ahead ? p_app and (ahead->p_app->>'version')::bigint < p_written
    and ahead->p_app->>'stable' is distinct from p_stable
    -- What it says may be older than the healing.
    and (ahead->p_app->>'version')::bigint > coalesce((select max(version) from split_history
      where app = p_app and environment = p_environment and kind = 'heal'), 0)
  order by 1 desc limit 1;
  if not found then return; end if;
  raise exception 'The database has lost writes of % in %: % serves % since a version % that is not known here.',
    p_app, p_environment, newest.id, label_of(p_app, newest.stable), newest.version using errcode = 'SL409',
    hint = format('Say first what is right: sluice split heal %s. Or name what is to serve, if that is not so or cannot wait: sluice rollback %s --to LABEL.', p_app, p_app);
end $$;

-- As before; but what never was stable here, or was found bad by a gate or a guardrail, only where a person names it: what
-- gateways tell alone brings nothing to all callers that was not good once.
create or replace function heal_split(
  p_app text, p_environment text, p_to text, p_operation text, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored split_history;
  newest record;
  target text := p_to;
  above bigint;
  standing verdict;
  doubt text;
  finding jsonb := '{}';
begin
  select * into rel from release where app = p_app and environment = p_environment and closed_at is null for no key update;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  select * into stored from split_history
  where app = p_app and environment = p_environment and operation_id = p_operation;
  if found then
    return jsonb_build_object('kind', 'healed', 'version', stored.version, 'serving', stored.stable) || stored.details;
  end if;
  with told as (
    select id, (acks->>p_app)::bigint as acked, ahead->p_app->>'stable' as stable,
      case when (ahead->p_app->>'version')::bigint >= coalesce(cur.version, 0)
        then (ahead->p_app->>'version')::bigint end as version
    from gateway_instance where environment = p_environment and heartbeat_at > now() - interval '1 hour')
  select max(greatest(version, acked)) as version, array_agg(distinct id) filter (where version is not null) as gateways,
    array_agg(distinct stable) filter (where version = (select max(version) from told)) as served,
    array_agg(distinct stable) filter (where version is not null) as known into newest
  from told;
  if newest.gateways is null then
    if cur.version is null then
      raise exception '% has no stable revision in %.', p_app, p_environment using errcode = 'SLNAC',
        hint = 'Give it one first: sluice app create --stable.';
    end if;
    return jsonb_build_object('kind', 'already', 'version', cur.version, 'serving', cur.stable);
  end if;
  if target is null and cardinality(newest.served) > 1 then
    raise exception 'Gateways have served different revisions as the newest version of %: %.', p_app,
      (select string_agg(label_of(p_app, each), ', ' order by each) from unnest(newest.served) each) using errcode = 'SL409',
      hint = 'Say which is right: sluice split heal --to LABEL.';
  end if;
  target := coalesce(target, newest.served[1]);
  if not exists (select from revision where app = p_app and digest = target) then
    raise exception 'This database does not know the revision % of % that gateways serve.', target, p_app
      using errcode = 'SL409', hint = 'Publish it again from its commit, or name one that is known: --to LABEL.';
  end if;
  standing := condemnation(p_app, p_environment, target);
  if p_to is null then
    doubt := case when standing.cause in ('gate', 'guardrail') then 'was ' || condemned_because(standing)
      when not exists (select from split_history where app = p_app and environment = p_environment and stable = target)
        then 'was never stable here, as far as this database knows' end;
    if doubt is not null then
      raise exception 'Gateways say that they serve %, which %.', label_of(p_app, target), doubt using errcode = 'SL409',
        hint = format('If that is right, name it: sluice split heal %s --to %s; or name what is right in its place.', p_app,
          label_of(p_app, target));
    end if;
  end if;

  if target <> all (newest.known) then
    begin
      perform judge_choice(p_app, p_environment, target, false);
    exception when sqlstate 'SL409' then
      raise exception '%', sqlerrm using errcode = 'SL409',
        hint = 'Heal with what gateways have served, and go on from there: sluice rollback --to LABEL.';
    end;
  end if;

  above := greatest(newest.version, coalesce(cur.version, 0)) + 1;
  if cur.version is null then
    insert into split (app, environment, version, stable, salt) values (p_app, p_environment, above, target, p_operation);
  else
    -- What gateways have left for something older was taken out, by a write that is lost: it does not return by itself.
    if target <> cur.stable and not goes_forward(p_app, p_environment, cur.stable, target) then
      perform condemn(p_app, p_environment, cur.stable, 'person', null, p_actor,
        'gateways had left it before the database lost that: ' || p_reason);
      finding := jsonb_build_object('condemned', cur.stable);
    end if;
    update split set version = above, stable = target, candidate = null, weight = 0, counting = null, release_id = null,
      updated_at = now()
    where app = p_app and environment = p_environment;
  end if;
  -- What serves is not condemned: gateways went to it by a promotion, a rollback or a choice that is lost as well, and what
  -- none of them has served is a person's choice now.
  if standing.id is not null then
    perform clear_condemnation(p_app, p_environment, target, 'choice', null, p_actor, p_reason);
    finding := finding || jsonb_build_object('cleared', condemned_because(standing));
  end if;
  insert into split_history (app, environment, version, stable, weight, include, exclude, salt, release_id, kind,
    operation_id, reason, actor, details)
  select p_app, p_environment, above, stable, 0, include, exclude, salt, coalesce(cur.release_id, rel.id), 'heal',
    p_operation, p_reason, p_actor, jsonb_build_object('from', coalesce(cur.version, 0), 'gateways', newest.gateways) || finding
  from split where app = p_app and environment = p_environment;
  perform append_audit(p_actor, 'split.heal', p_app, p_environment, rel.id, jsonb_build_object('version', above,
    'stable', target, 'was', jsonb_build_object('version', coalesce(cur.version, 0), 'stable', cur.stable,
      'candidate', cur.candidate), 'gateways', newest.gateways, 'served', newest.version, 'reason', p_reason) || finding);
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  if rel.id is not null then perform pg_notify('sluice_release', rel.id); end if;
  return jsonb_build_object('kind', 'healed', 'version', above, 'serving', target, 'from', coalesce(cur.version, 0),
    'gateways', newest.gateways) || finding;
end $$;

-- Whose turn it is to chain the audit log: a lock on this row, which gateways' and evaluations' users cannot take; an
-- advisory lock anybody can hold.
create table audit_turn (
  id boolean primary key default true check (id)
);
insert into audit_turn default values;
