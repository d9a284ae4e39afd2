-- What a release lacks for its candidate to become stable.
create or replace function promotion_lacks(p_release release, p_cur split) returns text language sql stable as $$
  select case
    when served_stage(p_release.id, p_cur) is distinct from 'compare' and served_stage(p_release.id, p_cur) is distinct from
      (select stage from course_of(p_release.plan) where place is not null order by place desc limit 1)
    then 'its last step was never served'
    else coalesce(gates_lack(p_release), step_lacks(p_release, p_cur)) end;
$$;
