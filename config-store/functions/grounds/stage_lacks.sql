-- What the end of a stage, as its workflow tells it, lacks in these tables. How stages end is shown to whoever approves
-- the next one. Only what lets a release go on is asked for its grounds.
create or replace function stage_lacks(p_release release, p_stage text, p_outcome text, p_actor text) returns text
language sql stable as $$
  select case
    when p_stage in ('evaluate', 'mirror') and p_outcome = 'skipped' then
      case when p_release.plan ->> p_stage is distinct from 'skip' then 'its plan does not skip it' end
    when p_stage in ('evaluate', 'mirror') and p_outcome in ('pass', 'override') then
      case when not gate_passed(p_release, case p_stage when 'mirror' then 'mirror' else 'evaluation' end)
        then 'no pass of it is stored' end
    when p_stage = 'finish' and p_outcome = 'pass' then
      case when p_release.state <> 'promoted' then 'its candidate is not stable' end
    when p_outcome = 'pass' then
      case when not exists (select from evidence
          where release_id = p_release.id and stage = p_stage and shows_pass(judgement))
        then 'no look has found that it has passed' end
    when p_outcome = 'override' then
      case when not exists (select from command where release_id = p_release.id and kind = 'promote' and actor = p_actor
          and (expected_stage is null or expected_stage = p_stage))
        then format('%s has not promoted it', coalesce(p_actor, 'nobody')) end
    when p_outcome = 'skipped' then 'no step is skipped' end;
$$;
