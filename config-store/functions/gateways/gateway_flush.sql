-- Adds what a gateway has counted and observed: of versions that the split has come to, of releases of the environment,
-- and of counts that can be so.
create or replace function gateway_flush(
  p_gateway text, p_boot text, p_environment text, p_sequence bigint, p_counters jsonb, p_charges jsonb, p_seen jsonb,
  p_observations jsonb default '[]'
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
    ("releaseId" text, guardrail text, horizon text, "subjectHash" bigint, arm text, "splitVersion" bigint, bad boolean)
  where bad is null and exists (select from release where id = "releaseId" and environment = p_environment
    and "splitVersion" <= newest_version(app, p_environment))
  order by 1, 2, 3, 4
  on conflict do nothing;
  -- What is one unit over all gateways: as the first of them has settled it.
  insert into step_unit (release_id, guardrail, split_version, subject_hash, arm, bad)
  select "releaseId", guardrail, "splitVersion", "subjectHash", arm, bad
  from jsonb_to_recordset(p_charges) as row
    ("releaseId" text, guardrail text, "subjectHash" bigint, arm text, "splitVersion" bigint, bad boolean)
  where bad is not null and exists (select from release where id = "releaseId" and environment = p_environment
    and "splitVersion" <= newest_version(app, p_environment))
  order by 1, 2, 3, 4
  on conflict do nothing;
  insert into seen_subject (environment, app, split_version, subject_hash, arm)
  select p_environment, app, "splitVersion", "subjectHash", arm
  from jsonb_to_recordset(p_seen) as row (app text, "splitVersion" bigint, "subjectHash" bigint, arm text)
  where "splitVersion" <= newest_version(app, p_environment)
  order by 2, 3, 4
  on conflict do nothing;
  -- Only what the release has gateways observe: its judges' scores are none of theirs.
  perform add_observations(told."releaseId", told.guardrail, jsonb_agg(row))
  from jsonb_array_elements(p_observations) row,
    jsonb_to_record(row) as told ("releaseId" text, guardrail text, "splitVersion" bigint)
  where exists (select from release r where r.id = told."releaseId" and r.environment = p_environment)
    and is_judged(told."releaseId")
    and is_observed(counting_of(told."releaseId", told."splitVersion"), told.guardrail)
  group by told."releaseId", told.guardrail order by told."releaseId", told.guardrail;
end $$;
