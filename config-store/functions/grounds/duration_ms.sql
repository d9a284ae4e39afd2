-- A duration as plans have it, in milliseconds.
create or replace function duration_ms(p_text text) returns bigint language sql immutable as $$
  select round(part[1]::numeric * case part[2] when 'ms' then 1 when 's' then 1000 when 'm' then 60000
    when 'h' then 3600000 else 86400000 end)::bigint
  from regexp_match(p_text, '^(\d+(?:\.\d+)?)(ms|s|m|h|d)$') as part;
$$;
