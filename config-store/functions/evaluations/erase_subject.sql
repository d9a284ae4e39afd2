-- Deletes what is kept of a subject. `p_subjects` holds {"app": ..., "hash": ...} for each app and each key that hashes
-- of subjects were made with. Evidence stays: it holds counts. Says how many rows of each kind went, and the mirrors
-- that are under way, whose plans name samples of the subject until they end.
create or replace function erase_subject(p_subjects jsonb) returns jsonb language plpgsql as $$
declare
  samples bigint;
  fresh bigint;
  pairs bigint;
  charged bigint;
  seen bigint;
  observed bigint;
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
  with deleted as (
    delete from fresh_sample t using jsonb_to_recordset(p_subjects) as e (app text, hash text)
    where t.app = e.app and t.subject = e.hash returning 1
  ) select count(*) into fresh from deleted;
  with deleted as (
    delete from live_answer t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint)
    where t.app = e.app and t.subject_hash = e.hash returning 1
  ) select fresh + count(*) into fresh from deleted;
  -- Of mirrors, also of samples that have gone before: their plans say whose they were.
  with deleted as (
    delete from eval_result t using mirrored_samples(p_subjects) m
    where t.run_id = m.run_id and t.case_id = m.sample_id returning 1
  ) select count(*) into pairs from deleted;
  delete from mirrored t using mirrored_samples(p_subjects) m
    where t.run_id = m.run_id and t.case_id = m.sample_id;
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
    delete from step_unit t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint), release r
    where r.id = t.release_id and r.app = e.app and t.subject_hash = e.hash returning 1
  ) select charged + count(*) into charged from deleted;
  with deleted as (
    delete from seen_subject t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint)
    where t.app = e.app and t.subject_hash = e.hash returning 1
  ) select count(*) into seen from deleted;
  with deleted as (
    delete from observation t using jsonb_to_recordset(p_subjects) as e (app text, hash bigint), release r
    where r.id = t.release_id and r.app = e.app and t.subject_hash = e.hash returning 1
  ) select count(*) into observed from deleted;
  return jsonb_build_object('samples', samples, 'freshSamples', fresh, 'mirrorResults', pairs,
    'chargedSubjects', charged, 'seenSubjects', seen, 'observations', observed,
    'mirrorsUnderWay', open_mirrors);
end $$;
