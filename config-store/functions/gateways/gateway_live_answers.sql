-- Keeps live answers for those who score them: of open releases of the environment, under versions that the split has come
-- to, of apps that may be kept as they came, and not of subjects that were erased a moment ago. Of a subject and a version
-- the one that was admitted first, unless another was scored already.
create or replace function gateway_live_answers(p_answers jsonb) returns void language sql as $$
  -- Also where no reconciler runs.
  delete from live_answer where id in (
    select l.id from live_answer l where l.expires_at <= clock_timestamp() - interval '1 minute' limit 200
    for update skip locked);
  insert into live_answer (id, release_id, app, environment, split_version, arm, subject_hash, body, admitted_at, expires_at)
  select distinct on ("releaseId", "splitVersion", "subjectHash") told.id, "releaseId", told.app,
    gateway_environment(told.environment), "splitVersion", told.arm, "subjectHash", decode(told.body, 'base64'),
    now() - greatest(0, "ageMs") * interval '1 millisecond',
    now() - greatest(0, "ageMs") * interval '1 millisecond' + interval '58 minutes'
  from jsonb_to_recordset(p_answers) as told (id uuid, "releaseId" text, app text, environment text,
    "splitVersion" bigint, arm text, "subjectHash" bigint, body text, "ageMs" double precision)
  join release r on r.id = "releaseId" and r.app = told.app and r.environment = told.environment
    and r.closed_at is null
  where "ageMs" < 3400000 and keeps_fresh_samples(told.app)
    and exists (select from split_history h where h.app = told.app and h.environment = told.environment
      and h.version = "splitVersion" and h.release_id = r.id)
    and not exists (select from erasure e where e.app = told.app and e.subject_hash = "subjectHash"
      and e.at > now() - interval '1 hour')
    and not exists (select from observation o join live_score s using (release_id, guardrail)
      where o.release_id = "releaseId" and o.split_version = "splitVersion" and o.subject_hash = told."subjectHash")
  order by "releaseId", "splitVersion", "subjectHash", "ageMs" desc
  on conflict (release_id, split_version, subject_hash) do update
    set id = excluded.id, arm = excluded.arm, body = excluded.body, admitted_at = excluded.admitted_at,
      expires_at = excluded.expires_at
    where excluded.admitted_at < live_answer.admitted_at;
$$;
