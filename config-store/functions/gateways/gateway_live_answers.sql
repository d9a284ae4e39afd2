-- Keeps live answers for those who score them: of releases of the environment that are judged, under versions that they have
-- dealt by, of apps that may be kept as they came, and not of subjects that were erased a moment ago. Of a subject and a
-- version the one that was admitted first, unless another was scored already, or is lost. That there was one is kept apart,
-- without it: whatever becomes of it, it is known to be missing until it is scored. Of one without a body that is all, and of
-- one that comes when those that were admitted with it are judged.
create or replace function gateway_live_answers(p_answers jsonb) returns void language sql as $$
  -- Also where no reconciler runs.
  delete from live_answer where id in (
    select l.id from live_answer l where l.expires_at <= clock_timestamp() - interval '1 minute' limit 200
    for update skip locked);
  with told as (
    select distinct on ("releaseId", "splitVersion", "subjectHash") t.*, c.counting->'scored' as scored,
      gateway_environment(t.environment) as here, admitted.at as admitted_at,
      exists (select from observation_watermark w where w.release_id = "releaseId" and w.admitted_up_to >= admitted.at
        and c.counting->'scored' ? w.guardrail) as is_late
    from jsonb_to_recordset(p_answers) as t (id uuid, "releaseId" text, app text, environment text,
      "splitVersion" bigint, arm text, "subjectHash" bigint, body text, "ageMs" double precision)
    join release r on r.id = "releaseId" and r.app = t.app and r.environment = t.environment
    cross join lateral (select counting_of(r.id, "splitVersion") as counting) c
    cross join lateral (select now() - greatest(0, "ageMs") * interval '1 millisecond' as at) admitted
    where "ageMs" < 3400000 and is_judged(r.id) and keeps_fresh_samples(t.app)
      and jsonb_typeof(c.counting->'scored') = 'object'
      and not exists (select from erasure e where e.app = t.app and e.subject_hash = "subjectHash"
        and e.at > now() - interval '1 hour')
      and (not exists (select from observation o where o.release_id = "releaseId" and o.split_version = "splitVersion"
          and o.subject_hash = "subjectHash" and c.counting->'scored' ? o.guardrail)
        or exists (select from live_answer l where l.release_id = "releaseId" and l.split_version = "splitVersion"
          and l.subject_hash = "subjectHash"))
    order by "releaseId", "splitVersion", "subjectHash", "ageMs" desc),
  kept as (
    insert into live_answer (id, release_id, app, environment, split_version, arm, subject_hash, body, admitted_at,
      expires_at)
    select id, "releaseId", app, here, "splitVersion", arm, "subjectHash", decode(body, 'base64'), admitted_at,
      admitted_at + interval '58 minutes'
    from told where body is not null and not is_late
    on conflict (release_id, split_version, subject_hash) do update
      set id = excluded.id, arm = excluded.arm, body = excluded.body, admitted_at = excluded.admitted_at,
        expires_at = excluded.expires_at
      where excluded.admitted_at < live_answer.admitted_at)
  select add_observations("releaseId", guardrail, jsonb_agg(jsonb_build_object('splitVersion', "splitVersion", 'arm', arm,
    'subjectHash', "subjectHash"::text, 'admittedAt', admitted_at)))
  from told cross join lateral jsonb_object_keys(scored) as guardrail group by "releaseId", guardrail
  order by "releaseId", guardrail;
$$;
