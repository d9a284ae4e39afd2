-- Looks of before kept no verdict: what a person may go on after is that they found nothing wrong.
create or replace function shows_no_harm(p_judgement jsonb) returns boolean language sql immutable as $$
  select not p_judgement ? 'verdict' and not p_judgement ? 'hold'
    and p_judgement -> 'fail' = 'false' and p_judgement ->> 'absolute' = 'within';
$$;
