-- Up Migration

-- The ids of the keys that the samples of an environment are sealed with, as their first bytes say: of the newest and
-- the oldest of each app, which tells a key that was changed from one that is wrong.
create function sample_key_ids(p_environment text) returns setof text language sql stable as $$
  select distinct encode(substring(body from 5 for 8), 'hex')
  from split
  cross join lateral (
    (select body from sample where app = split.app and environment = split.environment and body is not null
      and expires_at > now() order by created_at desc limit 20)
    union all
    (select body from sample where app = split.app and environment = split.environment and body is not null
      and expires_at > now() order by created_at limit 20)
  ) sealed
  where split.environment = p_environment and substring(body from 1 for 4) = '\x736c7502'::bytea
$$;

-- Whose samples were just erased, by keyed hash: what a gateway still had in its hands is not kept either. Forgotten
-- after an hour.
create table erasure (
  app text not null references app (name),
  subject_hash bigint not null,
  at timestamptz not null default now(),
  primary key (app, subject_hash)
);

create function drop_erased_sample() returns trigger language plpgsql as $$
begin
  if exists (select from erasure where app = new.app and subject_hash::text = new.metadata->>'subject'
      and at > now() - interval '1 hour') then
    return null;
  end if;
  return new;
end $$;

create trigger sample_of_erased before insert on sample for each row execute function drop_erased_sample();

create index sample_of_subject on sample (app, (metadata->>'subject'));

-- The samples of a subject that mirrors have asked again, by what their plans say.
create function mirrored_samples(p_subjects jsonb) returns table (run_id text, sample_id text) language sql stable as $$
  select run.id, item->>'id'
  from jsonb_to_recordset(p_subjects) as e (app text, hash text)
  join eval_run run on run.app = e.app and run.kind = 'mirror'
  cross join lateral jsonb_array_elements(
    case when jsonb_typeof(run.planned->'samples') = 'array' then run.planned->'samples' else '[]' end) item
  where item->>'group' = e.hash
$$;

-- Deletes what is kept of a subject. `p_subjects` holds {"app": ..., "hash": ...} for each app and each key that hashes
-- of subjects were made with. Evidence stays: it holds counts. Says how many rows of each kind went, and the mirrors
-- that are under way, whose plans name samples of the subject until they end.
create function erase_subject(p_subjects jsonb) returns jsonb language plpgsql as $$
declare
  samples bigint;
  pairs bigint;
  charged bigint;
  seen bigint;
  open_mirrors bigint;
begin
  delete from erasure where at <= now() - interval '1 hour';
  insert into erasure (app, subject_hash)
    select distinct app, hash from jsonb_to_recordset(p_subjects) as e (app text, hash bigint)
    on conflict (app, subject_hash) do update set at = now();
  with deleted as (
    delete from sample t using jsonb_to_recordset(p_subjects) as e (app text, hash text)
    where t.app = e.app and t.metadata->>'subject' = e.hash returning 1
  ) select count(*) into samples from deleted;
  -- Of mirrors, also of samples that have gone before: their plans say whose they were.
  with deleted as (
    delete from eval_result t using mirrored_samples(p_subjects) m
    where t.run_id = m.run_id and t.case_id = m.sample_id returning 1
  ) select count(*) into pairs from deleted;
  select count(distinct m.run_id) into open_mirrors
    from mirrored_samples(p_subjects) m join eval_run run on run.id = m.run_id where run.decided_at is null;
  update eval_run run set planned = jsonb_set(run.planned, '{samples}', coalesce((
      select jsonb_agg(item order by n)
      from jsonb_array_elements(run.planned->'samples') with ordinality as items (item, n)
      where item->>'id' not in (select sample_id from mirrored_samples(p_subjects) m where m.run_id = run.id)), '[]'))
    where run.decided_at is not null and run.id in (select run_id from mirrored_samples(p_subjects));
  with deleted as (
    delete from charged_subject t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint), release r
    where r.id = t.release_id and r.app = e.app and t.subject_hash = e.hash returning 1
  ) select count(*) into charged from deleted;
  with deleted as (
    delete from seen_subject t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint)
    where t.app = e.app and t.subject_hash = e.hash returning 1
  ) select count(*) into seen from deleted;
  return jsonb_build_object('samples', samples, 'mirrorResults', pairs, 'chargedSubjects', charged,
    'seenSubjects', seen, 'mirrorsUnderWay', open_mirrors);
end $$;

-- Down Migration

drop function erase_subject(jsonb);
drop function mirrored_samples(jsonb);
drop trigger sample_of_erased on sample;
drop function drop_erased_sample();
drop index sample_of_subject;
drop table erasure;
drop function sample_key_ids(text);
