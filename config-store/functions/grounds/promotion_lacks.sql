-- What a release lacks for its candidate to become stable.
create or replace function promotion_lacks(p_release release, p_cur split) returns text language sql stable as $$
  select case
    when served_stage(p_release.id, p_cur) is distinct from 'compare' and served_stage(p_release.id, p_cur) is distinct from
      (select stage from course_of(p_release.plan) where place is not null order by place desc limit 1)
      -- Where a guard follows, the last step leaves its holdback; a worker of before, which knows none, goes on to all.
      and (coalesce(duration_ms(p_release.plan ->> 'guard'), 0) = 0 or served_stage(p_release.id, p_cur) is distinct from
        (select stage from course_of(p_release.plan) where place = jsonb_array_length(p_release.plan -> 'steps')))
    then 'its last step was never served'
    else coalesce(gates_lack(p_release), step_lacks(p_release, p_cur)) end;
$$;
