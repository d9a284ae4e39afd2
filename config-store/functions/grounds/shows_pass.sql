-- Does a look say that its step has passed? One of before says it by all that a verdict rests on.
create or replace function shows_pass(p_judgement jsonb) returns boolean language sql immutable as $$
  select p_judgement ->> 'verdict' is not distinct from 'pass' or shows_no_harm(p_judgement)
    and coalesce(p_judgement -> 'confident', 'true') = 'true' and coalesce(p_judgement -> 'notCounted', '[]') = '[]';
$$;
