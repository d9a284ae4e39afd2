-- A split version that a gateway can have served: a whole number, at most a million beyond the newest here. So far a
-- database falls behind that was restored; further on it would soon have no number left.
create or replace function is_served_version(p_version jsonb, p_newest bigint) returns boolean language sql immutable as $$
  select case when jsonb_typeof(p_version) = 'number'
    then p_version::numeric between 0 and p_newest + 1000000 and p_version::numeric = trunc(p_version::numeric)
    else false end;
$$;
