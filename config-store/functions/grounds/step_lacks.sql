-- What the step that is served lacks of having passed.
create or replace function step_lacks(p_release release, p_cur split) returns text language plpgsql stable as $$
declare
  step record;
  newest evidence;
  passed evidence;
  promoted boolean;
  held bigint;
  exposed numeric;
begin
  select * into step from course_of(p_release.plan) as c where c.stage = served_stage(p_release.id, p_cur);
  if not found then return 'no step of it is served'; end if;
  if step.weight <> p_cur.weight then
    return format('%s is served to %s %%, not to %s %%', step.stage, trim_scale(p_cur.weight), trim_scale(step.weight));
  end if;
  select * into newest from evidence where release_id = p_release.id and split_version = p_cur.version
  order by measured_at desc, look desc limit 1;
  if not found then return format('nobody has looked at %s', step.stage); end if;
  if newest.judgement -> 'fail' = 'true' or newest.judgement ->> 'verdict' in ('fail', 'alarm') then
    return format('the newest look at %s has not found it good', step.stage);
  end if;
  promoted := (promotion_of(p_release.id, step.stage, p_cur.version)).id is not null;
  select * into passed from evidence
  where release_id = p_release.id and split_version = p_cur.version and stage = step.stage
    and (shows_pass(judgement) or promoted and shows_no_harm(judgement))
  order by look desc limit 1;
  if not found then return format('no look has found that %s has passed', step.stage); end if;
  -- It passed by that word: what it lacked stands in its look. Looks of before do not say.
  if promoted and (passed.judgement ? 'lacking' or not passed.judgement ? 'verdict') then return null; end if;
  held := held_ms(p_release, p_cur.version, passed.measured_at);
  -- Two clocks may differ a little.
  if held * 1.01 + 1000 < step.hold_ms then
    return format('%s was held for %s s of %s s', step.stage, round(held / 1000.0), round(step.hold_ms / 1000.0));
  end if;
  select coalesce(sum((counted ->> 'candidateExposed')::numeric), 0) into exposed
  from evidence, jsonb_array_elements(counts #> '{errors,short}') as counted
  where release_id = p_release.id and (counted ->> 'splitVersion')::bigint = p_cur.version;
  if exposed < step.min_exposures then
    return format('%s has %s of %s settled requests of the candidate', step.stage, exposed, step.min_exposures);
  end if;
  return null;
end $$;
