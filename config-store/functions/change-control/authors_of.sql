-- Everybody who has a hand in what a release brings: none of them approves it.
create or replace function authors_of(p_release release) returns text[] language sql stable as $$
  select coalesce(array_agg(distinct who), '{}') from (
    select p_release.author union all select p_release.provenance ->> 'author'
    union all
    select author from revision where app = p_release.app and digest = p_release.revision
    union all
    select provenance ->> 'author' from revision where app = p_release.app and digest = p_release.revision
    union all
    select subject from api_token where p_release.author is null and 'token:' || name = p_release.actor
    union all
    select t.subject from revision r join api_token t on 'token:' || t.name = r.created_by
    where r.app = p_release.app and r.digest = p_release.revision and r.author is null
  ) as authors (who) where who is not null;
$$;
