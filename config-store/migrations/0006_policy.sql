-- Up Migration

-- What admins demand of an app's releases, newest version in force. `*`: of all apps without a policy of their own; an
-- app may have one before it is made.
create table policy (
  id bigint generated always as identity primary key,
  scope text not null,
  version integer not null check (version > 0),
  -- Complete: what its author left out stands in it as it was understood.
  body jsonb not null,
  digest text not null,
  reason text,
  actor text not null,
  at timestamptz not null default now(),
  unique (scope, version)
);

create function refuse_policy_change() returns trigger language plpgsql as $$
begin
  raise exception 'a published policy never changes' using errcode = 'restrict_violation';
end $$;
create trigger policy_is_append_only before update or delete on policy
  for each row execute function refuse_policy_change();

-- Publishes a policy; the one in force published again stays as it is. Returns its version and whether it is new.
create function publish_policy(p_scope text, p_body jsonb, p_digest text, p_actor text, p_reason text)
returns jsonb language plpgsql as $$
declare
  newest policy;
begin
  -- Two admins at once: one after the other.
  perform pg_advisory_xact_lock(hashtextextended('sluice-policy/' || p_scope, 0));
  select * into newest from policy where scope = p_scope order by version desc limit 1;
  if newest.digest = p_digest then
    return jsonb_build_object('version', newest.version, 'created', false);
  end if;
  insert into policy (scope, version, body, digest, actor, reason)
  values (p_scope, coalesce(newest.version, 0) + 1, p_body, p_digest, p_actor, p_reason) returning * into newest;
  perform append_audit(p_actor, 'policy.published', nullif(p_scope, '*'), null, null, jsonb_build_object(
    'scope', p_scope, 'version', newest.version, 'digest', p_digest, 'reason', p_reason));
  return jsonb_build_object('version', newest.version, 'created', true);
end $$;

-- The policy that a release was held to; absent in those that are older than policies.
alter table release add column policy jsonb;

-- Did a gate of a release pass, by what the server measured? `p_kind` as in eval_run.
create function gate_passed(p_release release, p_kind text) returns boolean language sql stable as $$
  select exists (select from eval_run where release_id = p_release.id and kind = p_kind
    and app = p_release.app and candidate = p_release.revision and decision #>> '{gate,outcome}' = 'pass');
$$;

-- Whoever writes it, a release is promoted only where each gate of its plan has passed for this revision, or it may do
-- without (invariant 13); and what was checked (revision, plan, suites) stays as it was checked. Releases that are older
-- than policies go by their plans.
create function guard_release() returns trigger language plpgsql as $$
declare
  gate record;
begin
  if (new.app, new.environment, new.revision, new.plan, new.suites)
    is distinct from (old.app, old.environment, old.revision, old.plan, old.suites) then
    raise exception 'what release % is about never changes', old.id using errcode = 'restrict_violation';
  end if;
  if new.state <> 'promoted' or old.state = 'promoted' then return new; end if;
  for gate in values ('evaluation', 'evaluate'), ('mirror', 'mirror') loop
    if new.plan ->> gate.column2 = 'skip' then
      continue when new.policy is null or new.policy -> 'waived' ? gate.column1;
    else
      continue when gate_passed(new, gate.column1);
    end if;
    raise exception 'Release % has no passing % of %.', new.id, gate.column1, new.revision using errcode = 'SL409',
      hint = 'Release it with a plan whose gates it passes, or skip them as somebody whom the policy lets.';
  end loop;
  return new;
end $$;
create trigger release_is_guarded before update on release for each row execute function guard_release();

-- What an app's first revision is judged by, before it serves; the server's own run of it is the evidence.
create table first_evaluation (
  id text primary key,
  app text not null references app (name),
  revision text not null,
  plan_name text not null,
  plan jsonb not null,
  suites jsonb not null,
  actor text not null,
  created_at timestamptz not null default now(),
  foreign key (app, revision) references revision (app, digest)
);
create index first_evaluation_by_revision on first_evaluation (app, revision, created_at desc);
alter table eval_run add column first_evaluation_id text references first_evaluation (id);
create index eval_run_by_first on eval_run (first_evaluation_id) where first_evaluation_id is not null;

-- No label is read as another revision's digest; what was published before stays as it is.
alter table revision add constraint label_is_no_digest
  check (label !~* '^rev_' and label !~* '^[0-9a-f]{8,64}$') not valid;

-- Down Migration

alter table eval_run drop column first_evaluation_id;
drop table first_evaluation;
drop trigger release_is_guarded on release;
drop function guard_release, gate_passed;
alter table revision drop constraint label_is_no_digest;
alter table release drop column policy;

drop function publish_policy;
drop table policy;
drop function refuse_policy_change;
