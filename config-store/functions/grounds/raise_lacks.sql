-- What a release lacks to have a stage's share.
create or replace function raise_lacks(p_release release, p_cur split, p_stage text, p_weight numeric) returns text
language plpgsql stable as $$
declare
  step record;
  here record;
begin
  select * into step from course_of(p_release.plan) as c where c.stage = p_stage;
  if not found then return format('%s is no step of its plan', coalesce(p_stage, 'this')); end if;
  if step.weight <> round(p_weight, 2) then
    return format('%s serves %s %%, not %s %%', p_stage, trim_scale(step.weight), trim_scale(p_weight));
  end if;
  if p_cur.release_id is distinct from p_release.id then
    return case when step.place = (select min(place) from course_of(p_release.plan)) then gates_lack(p_release) else 'its first step was never served' end;
  end if;
  select * into here from course_of(p_release.plan) as c where c.stage = served_stage(p_release.id, p_cur);
  if not found then return 'no step of it is served'; end if;
  -- Written again, because too much of it was unknown; or compared with stable, which takes a share back.
  if here.stage = p_stage or (p_stage = 'compare' and here.weight = 100) then return null; end if;
  if step.place is distinct from here.place + 1 then return format('%s does not follow %s', p_stage, here.stage); end if;
  return step_lacks(p_release, p_cur);
end $$;
