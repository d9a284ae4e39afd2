-- Does a split have gateways observe this: a guardrail of means, or one of its segments?
create or replace function is_observed(p_counting jsonb, p_told text) returns boolean language sql immutable as $$
  select coalesce(p_counting->'observed' ? split_part(p_told, '@', 1), false) and (position('@' in p_told) = 0 or exists (
    select from jsonb_array_elements_text(p_counting->'segments'->split_part(p_told, '@', 1)->'values') as value
    where p_told = concat(split_part(p_told, '@', 1), '@', p_counting->'segments'->split_part(p_told, '@', 1)->>'label',
      '=', value)));
$$;
