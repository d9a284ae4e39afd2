-- What is shown to whoever approves: how each stage so far has ended, and on what evidence.
create or replace function shown_evidence(p_release text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('stage', stage, 'outcome', outcome, 'summary', summary,
      'evidence', evidence_digest, 'endedMs', (extract(epoch from ended_at) * 1000)::bigint)
    order by ended_at, stage), '[]')
  from stage_result where release_id = p_release;
$$;
