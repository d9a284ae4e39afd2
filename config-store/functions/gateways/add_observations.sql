-- Keeps what was observed for a guardrail: of a subject and a split version the answer that was admitted first, whoever
-- tells of it, and however often. When it was admitted says `admittedAt`, or how long ago, `ageMs`.
create or replace function add_observations(p_release text, p_guardrail text, p_observations jsonb) returns void
language sql as $$
  insert into observation (release_id, guardrail, split_version, subject_hash, arm, admitted_at, value)
  select distinct on (1, 2, 3, 4) p_release, p_guardrail, "splitVersion", "subjectHash", arm,
    coalesce("admittedAt", now() - greatest(0, "ageMs") * interval '1 millisecond') as admitted_at, value
  from jsonb_to_recordset(p_observations) as row ("splitVersion" bigint, "subjectHash" bigint, arm text,
    "admittedAt" timestamptz, "ageMs" double precision, value double precision)
  order by 1, 2, 3, 4, 6
  on conflict (release_id, guardrail, split_version, subject_hash) do update
    set arm = excluded.arm, admitted_at = excluded.admitted_at, value = excluded.value
    where excluded.admitted_at < observation.admitted_at;
$$;
