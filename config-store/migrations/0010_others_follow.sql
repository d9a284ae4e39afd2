-- Up Migration

-- What other environments (staging) did about production's stable revision: served it too, or kept their own, and why.
create table followed_stable (
  app text not null,
  environment text not null,
  -- Production's stable, and the version of its split that made it stable: each change is followed once, so that what
  -- somebody does in staging afterwards stands until production's next one.
  stable text not null,
  production_version bigint not null,
  outcome text not null check (outcome in ('followed', 'kept')),
  reason text not null,
  at timestamptz not null default now(),
  primary key (app, environment),
  foreign key (app, environment) references split (app, environment)
);

-- The newest version that changed an app's stable revision in an environment, with how it did.
create function stable_change(p_app text, p_environment text) returns split_history language sql stable as $$
  select history from split_history history
  where app = p_app and environment = p_environment and version > coalesce((
    select max(before.version) from split_history before
    where before.app = p_app and before.environment = p_environment and before.stable is distinct from (
      select stable from split where app = p_app and environment = p_environment)), 0)
  order by version limit 1;
$$;

-- Has one environment of an app still to follow production's stable revision?
create function is_behind(here split) returns boolean language sql stable as $$
  select coalesce((
    select changed.version is not null and not exists (
      select from followed_stable done where done.app = here.app and done.environment = here.environment
        and done.production_version = changed.version and done.outcome = 'followed')
    from stable_change(here.app, 'production') changed), false);
$$;

-- Makes production's stable revision that of every other environment where the app serves, once for each change, and
-- notes where that cannot be. A write of a split like any other: history, audit entry, notification. Never waits.
create function follow_production(p_app text, p_actor text) returns void language plpgsql as $$
declare
  made split_history := stable_change(p_app, 'production');
  here split;
  label text;
  why text;
begin
  if made.version is null then return; end if;
  select revision.label into label from revision where app = p_app and digest = made.stable;
  for here in
    select * from split where app = p_app and environment <> 'production' and is_behind(split)
    for no key update skip locked
  loop
    why := null;
    if here.stable = made.stable then
      null; -- It serves it already.
    elsif here.candidate is not null then
      why := 'a candidate is on the traffic there';
    elsif exists (select from release where app = p_app and environment = here.environment and closed_at is null) then
      why := 'a release is open there';
    else
      perform change_split(p_app, here.environment, here.version,
        case made.kind when 'rollback' then 'rollback' else 'promote' end,
        'follow/production/' || made.version, made.stable, null, 0, here.salt, null, null,
        case when made.kind = 'rollback' then array[here.stable] else '{}' end, null, p_actor,
        'production serves ' || coalesce(label, made.stable));
    end if;
    insert into followed_stable as noted (app, environment, stable, production_version, outcome, reason)
    values (p_app, here.environment, made.stable, made.version,
      case when why is null then 'followed' else 'kept' end, coalesce(why, 'production serves ' || label))
    on conflict (app, environment) do update set stable = excluded.stable, outcome = excluded.outcome,
      production_version = excluded.production_version, reason = excluded.reason, at = now()
    where (noted.production_version, noted.outcome, noted.reason)
      is distinct from (excluded.production_version, excluded.outcome, excluded.reason);
    if found and why is not null then
      perform append_audit(p_actor, 'split.kept', p_app, here.environment, null,
        jsonb_build_object('stable', here.stable, 'production', made.stable, 'reason', why));
    end if;
  end loop;
end $$;

-- The same within a change of production that must not fail by it: the reconciler tries again.
create function follow_quietly(p_app text, p_actor text) returns void language plpgsql as $$
begin
  perform follow_production(p_app, p_actor);
exception when others then
  raise warning 'other environments of % do not follow production yet: %', p_app, sqlerrm;
end $$;

-- Down Migration

drop function follow_quietly, follow_production, is_behind, stable_change;
drop table followed_stable;
