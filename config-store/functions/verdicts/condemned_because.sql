-- `taken out by user:ada: bad answers`
create or replace function condemned_because(standing verdict) returns text language sql immutable as $$
  select case standing.cause when 'gate' then 'blocked by a gate' when 'guardrail' then 'taken back by a guardrail'
    else 'taken out by ' || standing.actor end || ': ' || standing.reason;
$$;
