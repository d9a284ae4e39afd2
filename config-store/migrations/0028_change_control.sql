-- Up Migration

-- Who wrote what is released: the subject of the token that published the revision, and of the one that asked for the
-- release. Absent in rows of before: then whoever's tokens are called like the actor.
alter table revision add column author text;
alter table release add column author text,
  -- What the next step waits for that a person or the calendar gives, as a sentence.
  add column waits_on text check (waits_on in ('approval', 'freeze')),
  add column waits_for text, add column waits_since timestamptz, add column waits_until timestamptz;

-- Somebody's word that a stage may begin, for what they were shown: revision, plan, stage and evidence.
create table approval (
  id bigint generated always as identity primary key,
  release_id text not null references release (id),
  stage text not null,
  revision text not null,
  plan_digest text not null,
  evidence text not null,
  actor text not null,
  subject text not null,
  reason text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- When the stage began by it.
  used_at timestamptz
);
create index approval_by_release on approval (release_id, stage);

create function refuse_approval_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.used_at is null and to_jsonb(new) - 'used_at' = to_jsonb(old) - 'used_at' then
    return new;
  end if;
  raise exception 'approvals never change' using errcode = 'restrict_violation';
end $$;
create trigger approval_is_append_only before update or delete on approval
  for each row execute function refuse_approval_change();

-- What is shown to whoever approves: how each stage so far has ended, and on what evidence.
create function shown_evidence(p_release text) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('stage', stage, 'outcome', outcome, 'summary', summary,
      'evidence', evidence_digest, 'endedMs', (extract(epoch from ended_at) * 1000)::bigint)
    order by ended_at, stage), '[]')
  from stage_result where release_id = p_release;
$$;

create function shown_evidence_digest(p_release text) returns text language sql stable as $$
  select encode(sha256(convert_to(shown_evidence(p_release)::text, 'UTF8')), 'hex');
$$;

-- Everybody who has a hand in what a release brings: none of them approves it.
create function authors_of(p_release release) returns text[] language sql stable as $$
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

-- The approvals of a stage that count now: one a person, for what is there still, not by an author, not over.
create function valid_approvals(p_release release, p_stage text) returns setof approval language sql stable as $$
  select distinct on (subject) * from approval
  where release_id = p_release.id and stage = p_stage and revision = p_release.revision
    and plan_digest = p_release.plan_digest and evidence = shown_evidence_digest(p_release.id)
    and expires_at > now() and not subject = any (authors_of(p_release))
  order by subject, id desc;
$$;

-- What a release has to be approved for: [{stage, weight, count}].
create function demanded_approvals(p_release release)
returns table (stage text, weight numeric, needed integer) language sql stable as $$
  select d ->> 'stage', (d ->> 'weight')::numeric, (d ->> 'count')::integer
  from jsonb_array_elements(coalesce(p_release.policy #> '{approvals,stages}', '[]')) as d;
$$;

-- Whoever writes it, no share is raised to what is not approved; the approvals that it was raised by are noted.
create function guard_raise() returns trigger language plpgsql as $$
declare
  rel release;
  before numeric := 0;
  demanded record;
  given bigint[];
begin
  if new.release_id is null or new.candidate is null then return new; end if;
  if tg_op = 'UPDATE' and old.release_id = new.release_id then before := old.weight; end if;
  if new.weight <= before then return new; end if;
  select * into rel from release where id = new.release_id;
  for demanded in select * from demanded_approvals(rel) as d where d.weight > before and d.weight <= new.weight loop
    given := array(select id from valid_approvals(rel, demanded.stage));
    if cardinality(given) < demanded.needed then
      raise exception '% of release % is not approved (% of %).', demanded.stage, rel.id, cardinality(given),
        demanded.needed using errcode = 'SL409', hint = 'See what it waits for: sluice release status ' || rel.id;
    end if;
    update approval set used_at = now() where id = any (given) and used_at is null;
  end loop;
  update release set waits_on = null, waits_for = null, waits_since = null, waits_until = null
  where id = rel.id and waits_on is not null;
  return new;
end $$;
create trigger raise_is_approved before insert or update on split for each row execute function guard_raise();

-- Nor does anything become stable past a stage that had to be approved.
create function guard_promotion() returns trigger language plpgsql as $$
declare
  demanded record;
begin
  if new.closed_at is not null then
    new.waits_on := null; new.waits_for := null; new.waits_since := null; new.waits_until := null;
  end if;
  if new.state <> 'promoted' or old.state = 'promoted' then return new; end if;
  for demanded in select * from demanded_approvals(new) loop
    if (select count(distinct subject) from approval where release_id = new.id and stage = demanded.stage
        and revision = new.revision and used_at is not null) < demanded.needed then
      raise exception 'Release % was never approved for %.', new.id, demanded.stage using errcode = 'SL409';
    end if;
  end loop;
  return new;
end $$;
create trigger promotion_is_approved before update on release for each row execute function guard_promotion();

-- Where a release has to be approved now: null where it has not.
create function approval_asked(p_release release) returns jsonb language sql stable as $$
  select jsonb_build_object('stage', d.stage, 'needed', d.needed, 'revision', p_release.revision,
    'planDigest', p_release.plan_digest, 'evidence', shown_evidence_digest(p_release.id),
    'shown', shown_evidence(p_release.id), 'authors', to_jsonb(authors_of(p_release)),
    'role', p_release.policy #>> '{approvals,role}',
    'given', (select coalesce(jsonb_agg(jsonb_build_object('actor', a.actor, 'subject', a.subject, 'at', a.created_at,
        'expiresAt', a.expires_at, 'reason', a.reason) order by a.id), '[]')
      from valid_approvals(p_release, d.stage) as a))
  from demanded_approvals(p_release) as d
    left join split s on s.app = p_release.app and s.environment = p_release.environment
      and s.release_id = p_release.id
  where p_release.closed_at is null and d.stage = p_release.stage and coalesce(s.weight, 0) < d.weight;
$$;

-- Records somebody's approval for what they were shown.
create function approve(
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

-- What was done past the rules, and waits until somebody else has looked at it.
create table review (
  id bigint generated always as identity primary key,
  kind text not null,
  app text,
  environment text,
  release_id text,
  actor text not null,
  details jsonb not null,
  opened_at timestamptz not null default now(),
  signed_at timestamptz,
  signed_by text,
  signed_subject text,
  note text
);
create index review_open on review (id) where signed_at is null;

-- Every such entry of the audit log leaves one, whoever writes it and by whatever door.
create function open_review() returns trigger language plpgsql security definer set search_path from current as $$
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
create trigger audit_opens_review after insert on audit_entry for each row execute function open_review();

-- Signs one off; never by whoever did it, under whatever token.
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

-- Down Migration

drop trigger audit_opens_review on audit_entry;
drop function sign_review, open_review;
drop table review;
drop trigger promotion_is_approved on release;
drop trigger raise_is_approved on split;
drop function approve, approval_asked, guard_promotion, guard_raise, demanded_approvals, valid_approvals, authors_of,
  shown_evidence_digest, shown_evidence;
drop table approval;
drop function refuse_approval_change;
alter table release drop column author, drop column waits_on, drop column waits_for, drop column waits_since,
  drop column waits_until;
alter table revision drop column author;
