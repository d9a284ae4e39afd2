-- Does going to that one undo an earlier step back, instead of being one? To what was made stable later than the
-- present one, or never by a release. Then the present one is only displaced: nobody says that it is bad.
create or replace function goes_forward(p_app text, p_environment text, p_from text, p_to text) returns boolean
language sql stable as $$
  select there is null or coalesce(there > made_stable_at(p_app, p_environment, p_from), false)
  from made_stable_at(p_app, p_environment, p_to) as there;
$$;
