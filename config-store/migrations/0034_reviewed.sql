-- Up Migration

-- Nobody signs off, or approves, what they did themselves, under whatever name; what is decided stays (docs/decisions/0046).

-- Who else somebody is: `people` of the app's policy, and of that of all apps. Every name of everybody who is meant, in
-- lower case.
create function same_people(p_app text, p_names text[]) returns text[] language sql stable as $$
  with recursive in_force as (
    select distinct on (scope) body from policy where scope in (p_app, '*') order by scope, version desc
  ), person as (
    select array(select lower(name) from jsonb_array_elements_text(
      jsonb_build_array(one -> 'subject') || coalesce(one -> 'also', '[]')) as name) as names
    from in_force, jsonb_array_elements(coalesce(body -> 'people', '[]')) as one
  ), same (name) as (
    select lower(name) from unnest(p_names) as name where name is not null
    union
    select each from same join person on same.name = any (person.names) cross join unnest(person.names) as each
  )
  select coalesce(array_agg(name order by name collate "C"), '{}') from same;
$$;

-- One name for everybody who is the same.
create function person_of(p_app text, p_name text) returns text language sql stable as $$
  select (same_people(p_app, array[p_name]))[1];
$$;

-- Whom an actor of the audit log stood for at a time: the subjects of its token, those who had set off the runs of CI that
-- held one then, and whose account of the operating system broke the glass.
create function who_acts(p_actor text, p_at timestamptz) returns text[] language sql stable as $$
  select coalesce(array_agg(distinct who), '{}') from (
    select subject from api_token where 'token:' || name = p_actor
    union all
    select used.subject from exchanged_token used join oidc_trust trust on trust.id = used.trust_id
    where 'ci:' || trust.name = p_actor and p_at between used.created_at and used.expires_at
    union all
    select substring(p_actor from 13) where p_actor like 'break-glass:%'
  ) as acts (who) where who is not null;
$$;

-- The approvals of a stage that count now: one a person, for what is there still, not by an author, not over.
create or replace function valid_approvals(p_release release, p_stage text) returns setof approval language sql stable as $$
  select distinct on (person_of(p_release.app, subject)) * from approval
  where release_id = p_release.id and stage = p_stage and revision = p_release.revision
    and plan_digest = p_release.plan_digest and evidence = shown_evidence_digest(p_release.id)
    and expires_at > now()
    and not same_people(p_release.app, array[subject]) && same_people(p_release.app, authors_of(p_release))
  order by person_of(p_release.app, subject), id desc;
$$;

-- Records somebody's approval for what they were shown.
create or replace function approve(
  p_release text, p_stage text, p_revision text, p_plan_digest text, p_evidence text, p_actor text, p_subject text,
  p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  asked jsonb;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  asked := approval_asked(rel);
  if asked is null or asked ->> 'stage' <> p_stage then
    return jsonb_build_object('kind', 'not-asked', 'stage', rel.stage);
  end if;
  if same_people(rel.app, array[p_subject]) && same_people(rel.app, authors_of(rel)) then
    return jsonb_build_object('kind', 'author');
  end if;
  if (p_revision, p_plan_digest, p_evidence)
    is distinct from (asked ->> 'revision', asked ->> 'planDigest', asked ->> 'evidence') then
    return jsonb_build_object('kind', 'moved');
  end if;
  if not exists (select from valid_approvals(rel, p_stage) where subject = p_subject) then
    insert into approval (release_id, stage, revision, plan_digest, evidence, actor, subject, reason, expires_at)
    values (p_release, p_stage, p_revision, p_plan_digest, p_evidence, p_actor, p_subject, p_reason,
      now() + (rel.policy #>> '{approvals,expiresMs}')::bigint * interval '1 millisecond');
    perform append_audit(p_actor, 'release.approved', rel.app, rel.environment, rel.id, jsonb_build_object(
      'stage', p_stage, 'revision', p_revision, 'planDigest', p_plan_digest, 'evidence', p_evidence,
      'subject', p_subject, 'reason', p_reason));
    perform pg_notify('sluice_release', p_release);
  end if;
  asked := approval_asked(rel);
  return jsonb_build_object('kind', 'approved', 'given', jsonb_array_length(asked -> 'given'),
    'needed', asked -> 'needed');
end $$;

-- Written down when it happens: tokens are given up, and names are given anew. Absent in reviews of before.
alter table review add column subjects text[];

-- Every such entry of the audit log leaves one, whoever writes it and by whatever door.
create or replace function open_review() returns trigger language plpgsql security definer set search_path from current as $$
declare
  what text := case
    when new.actor like 'break-glass:%' then 'break-glass'
    when new.action = 'release.promote' then 'override'
    when new.action = 'release.gate_skipped' then 'skipped gate'
    when new.action = 'rollback.override' then 'override'
    when new.action = 'split.heal' then 'healed split'
    when new.action = 'app.first_stable' and new.details ->> 'evaluation' = 'skipped' then 'skipped gate'
  end;
begin
  if what is null then return null; end if;
  insert into review (kind, app, environment, release_id, actor, subjects, details)
  values (what, new.app, new.environment, new.release_id, new.actor, who_acts(new.actor, now()),
    jsonb_build_object('action', new.action, 'entry', new.id) || new.details);
  return null;
end $$;

-- Signs one off; never by whoever did it, under whatever token, at the break-glass or through CI.
drop function sign_review;
create function sign_review(p_id bigint, p_actor text, p_subject text, p_note text, p_role text) returns jsonb
language plpgsql as $$
declare
  rev review;
  who text[];
begin
  select * into rev from review where id = p_id for update;
  if not found then
    raise exception 'There is no review %.', p_id using errcode = 'SL404', hint = 'See: sluice review list.';
  end if;
  if rev.signed_at is not null then
    return jsonb_build_object('kind', 'signed', 'signedBy', rev.signed_by, 'repeated', true);
  end if;
  who := coalesce(rev.subjects, '{}') || who_acts(rev.actor, rev.opened_at) || array(
    -- Through CI: whoever set it off.
    select author from release where id = rev.release_id and actor = rev.actor and author is not null);
  if rev.actor = p_actor or same_people(rev.app, who) && same_people(rev.app, array[p_subject]) then
    return jsonb_build_object('kind', 'own');
  end if;
  -- Whose an account of the operating system is, only its name tells, or the policy.
  if rev.actor like 'break-glass:%' and p_role <> 'admin' and cardinality(same_people(rev.app, who)) < 2
    and not exists (select from api_token where lower(subject) = any (same_people(rev.app, who))) then
    return jsonb_build_object('kind', 'unknown', 'account', substring(rev.actor from 13));
  end if;
  update review set signed_at = now(), signed_by = p_actor, signed_subject = p_subject, note = p_note where id = p_id;
  perform append_audit(p_actor, 'review.signed', rev.app, rev.environment, rev.release_id, jsonb_build_object(
    'review', p_id, 'kind', rev.kind, 'by', rev.actor, 'subject', p_subject, 'note', p_note));
  return jsonb_build_object('kind', 'signed', 'signedBy', p_actor, 'repeated', false);
end $$;

-- What a run was decided to be stands: whoever wants another result runs it again.
create function refuse_other_decision() returns trigger language plpgsql as $$
begin
  raise exception 'The evaluation run % is decided, and stays so.', old.id using errcode = 'SL409';
end $$;
create trigger decided_run_stays before update on eval_run for each row
when (old.decided_at is not null and (to_jsonb(new) - 'expires_at') is distinct from (to_jsonb(old) - 'expires_at'))
execute function refuse_other_decision();

-- And so do the results that it was decided on. A call that comes too late counts for nothing.
create function refuse_late_result() returns trigger language plpgsql as $$
begin
  if not exists (select from eval_run where id = new.run_id and decided_at is not null) then return new; end if;
  if tg_op = 'INSERT' then return null; end if;
  raise exception 'The evaluation run % is decided, and its results stay.', new.run_id using errcode = 'SL409';
end $$;
create trigger decided_results_stay before insert or update on eval_result for each row
execute function refuse_late_result();

-- For change records.
create index review_by_release on review (release_id) where release_id is not null;
create index audit_by_release on audit_entry (release_id) where release_id is not null;

-- What a run of CI got decides something, too; and from here on an entry of what was past the rules has its review.
insert into audit_entry (actor, action, details) values ('system:migration', 'audit.migrated', '{"demands": "reviews"}');
select hold_state('exchanged_token', 'id');

-- Down Migration

drop index audit_by_release, review_by_release;
drop trigger state_is_sealed on exchanged_token;
drop trigger state_is_never_emptied on exchanged_token;
drop trigger decided_results_stay on eval_result;
drop trigger decided_run_stays on eval_run;
drop function refuse_late_result, refuse_other_decision;
drop function sign_review;
create function sign_review(p_id bigint, p_actor text, p_subject text, p_note text) returns jsonb language plpgsql as $$
declare
  rev review;
begin
  select * into rev from review where id = p_id for update;
  if not found then
    raise exception 'There is no review %.', p_id using errcode = 'SL404', hint = 'See: sluice review list.';
  end if;
  if rev.signed_at is not null then
    return jsonb_build_object('kind', 'signed', 'signedBy', rev.signed_by, 'repeated', true);
  end if;
  if rev.actor = p_actor or exists (
    select from api_token where 'token:' || name = rev.actor and subject = p_subject) or exists (
    -- Through CI: whoever set it off.
    select from release where id = rev.release_id and actor = rev.actor and author = p_subject) then
    return jsonb_build_object('kind', 'own');
  end if;
  update review set signed_at = now(), signed_by = p_actor, signed_subject = p_subject, note = p_note where id = p_id;
  perform append_audit(p_actor, 'review.signed', rev.app, rev.environment, rev.release_id, jsonb_build_object(
    'review', p_id, 'kind', rev.kind, 'by', rev.actor, 'subject', p_subject, 'note', p_note));
  return jsonb_build_object('kind', 'signed', 'signedBy', p_actor, 'repeated', false);
end $$;
create or replace function open_review() returns trigger language plpgsql security definer set search_path from current as $$
declare
  what text := case
    when new.actor like 'break-glass:%' then 'break-glass'
    when new.action = 'release.promote' then 'override'
    when new.action = 'release.gate_skipped' then 'skipped gate'
    when new.action = 'rollback.override' then 'override'
    when new.action = 'split.heal' then 'healed split'
    when new.action = 'app.first_stable' and new.details ->> 'evaluation' = 'skipped' then 'skipped gate'
  end;
begin
  if what is null then return null; end if;
  insert into review (kind, app, environment, release_id, actor, details)
  values (what, new.app, new.environment, new.release_id, new.actor,
    jsonb_build_object('action', new.action, 'entry', new.id) || new.details);
  return null;
end $$;
create or replace function approve(
  p_release text, p_stage text, p_revision text, p_plan_digest text, p_evidence text, p_actor text, p_subject text,
  p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  asked jsonb;
begin
  select * into rel from release where id = p_release for no key update;
  if not found then
    raise exception 'There is no release %.', p_release using errcode = 'SL404', hint = 'See: sluice release list.';
  end if;
  asked := approval_asked(rel);
  if asked is null or asked ->> 'stage' <> p_stage then
    return jsonb_build_object('kind', 'not-asked', 'stage', rel.stage);
  end if;
  if p_subject = any (authors_of(rel)) then return jsonb_build_object('kind', 'author'); end if;
  if (p_revision, p_plan_digest, p_evidence)
    is distinct from (asked ->> 'revision', asked ->> 'planDigest', asked ->> 'evidence') then
    return jsonb_build_object('kind', 'moved');
  end if;
  if not exists (select from valid_approvals(rel, p_stage) where subject = p_subject) then
    insert into approval (release_id, stage, revision, plan_digest, evidence, actor, subject, reason, expires_at)
    values (p_release, p_stage, p_revision, p_plan_digest, p_evidence, p_actor, p_subject, p_reason,
      now() + (rel.policy #>> '{approvals,expiresMs}')::bigint * interval '1 millisecond');
    perform append_audit(p_actor, 'release.approved', rel.app, rel.environment, rel.id, jsonb_build_object(
      'stage', p_stage, 'revision', p_revision, 'planDigest', p_plan_digest, 'evidence', p_evidence,
      'subject', p_subject, 'reason', p_reason));
    perform pg_notify('sluice_release', p_release);
  end if;
  asked := approval_asked(rel);
  return jsonb_build_object('kind', 'approved', 'given', jsonb_array_length(asked -> 'given'),
    'needed', asked -> 'needed');
end $$;
create or replace function valid_approvals(p_release release, p_stage text) returns setof approval language sql stable as $$
  select distinct on (subject) * from approval
  where release_id = p_release.id and stage = p_stage and revision = p_release.revision
    and plan_digest = p_release.plan_digest and evidence = shown_evidence_digest(p_release.id)
    and expires_at > now() and not subject = any (authors_of(p_release))
  order by subject, id desc;
$$;
drop function who_acts, person_of, same_people;
alter table review drop column subjects;
