-- What an audience has of a split's candidate, in percent, while that has no share of all subjects; null where none has.
create or replace function audience_share(p_split split) returns numeric language sql immutable as $$
  select (p_split.counting #>> '{audience,weight}')::numeric where p_split.candidate is not null and p_split.weight = 0;
$$;
