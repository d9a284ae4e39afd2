-- The revisions of an app by their digests.
create or replace function gateway_revisions(p_app text, p_digests text[]) returns setof revision language sql stable as $$
  select * from revision where app = p_app and digest = any (p_digests) order by digest;
$$;
