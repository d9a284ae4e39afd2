-- Whom an actor of the audit log stood for at a time: the subjects of its token, those who had set off the runs of CI that
-- held one then, and whose account of the operating system broke the glass.
create or replace function who_acts(p_actor text, p_at timestamptz) returns text[] language sql stable as $$
  select coalesce(array_agg(distinct who), '{}') from (
    select subject from api_token where 'token:' || name = p_actor
    union all
    select used.subject from exchanged_token used join oidc_trust trust on trust.id = used.trust_id
    where 'ci:' || trust.name = p_actor and p_at between used.created_at and used.expires_at
    union all
    select substring(p_actor from 13) where p_actor like 'break-glass:%'
  ) as acts (who) where who is not null;
$$;
