-- Does the policy in force let fresh samples of an app be kept, and does the app keep content at all?
create or replace function keeps_fresh_samples(p_app text) returns boolean language sql stable as $$
  select exists (select from app where name = p_app and sampling in ('redacted', 'full'))
    and coalesce(
      (select body from policy where scope = p_app order by version desc limit 1),
      (select body from policy where scope = '*' order by version desc limit 1)
    ) #>> '{samples,fresh}' is distinct from 'forbidden';
$$;
