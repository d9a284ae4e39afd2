-- The samples of a subject that mirrors have asked again, by what their plans say.
create or replace function mirrored_samples(p_subjects jsonb) returns table (run_id text, sample_id text) language sql stable as $$
  select run.id, item->>'id'
  from jsonb_to_recordset(p_subjects) as e (app text, hash text)
  join eval_run run on run.app = e.app and run.kind = 'mirror'
  cross join lateral jsonb_array_elements(
    case when jsonb_typeof(run.planned->'samples') = 'array' then run.planned->'samples' else '[]' end) item
  where item->>'group' = e.hash
$$;
