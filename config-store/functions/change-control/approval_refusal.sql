-- Why somebody's approval of what a release asks for now does not count: `not-asked`, `author`; null where it does.
create or replace function approval_refusal(rel release, p_asked jsonb, p_subject text) returns text
language sql stable as $$
  select case when p_asked is null then 'not-asked'
    when same_people(rel.app, array[p_subject]) && same_people(rel.app, authors_of(rel)) then 'author' end;
$$;
