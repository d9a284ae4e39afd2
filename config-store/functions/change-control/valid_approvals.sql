-- The approvals of a stage that count now: one a person, for what is there still, not by an author, not over.
create or replace function valid_approvals(p_release release, p_stage text) returns setof approval language sql stable as $$
  select distinct on (person_of(p_release.app, subject)) * from approval
  where release_id = p_release.id and stage = p_stage and revision = p_release.revision
    and plan_digest = p_release.plan_digest and evidence = shown_evidence_digest(p_release.id)
    and expires_at > now()
    and not same_people(p_release.app, array[subject]) && same_people(p_release.app, authors_of(p_release))
  order by person_of(p_release.app, subject), id desc;
$$;
