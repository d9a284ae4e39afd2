-- Makes production's stable revision that of the app's other environments, once for each change of it; where one cannot follow,
-- the reason is noted. What production has condemned is condemned there too, and what it has promoted is good there.
create or replace function follow_production(p_app text, p_actor text) returns void language plpgsql as $$
declare
  made split_history := stable_change(p_app, 'production');
  here split;
  label text;
  why text;
  theirs verdict;
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
      theirs := condemnation(p_app, 'production', here.stable);
      if theirs.id is not null then
        perform condemn(p_app, here.environment, here.stable, theirs.cause, theirs.release_id, p_actor, theirs.reason);
      end if;
      perform clear_condemnation(p_app, here.environment, made.stable,
        case made.kind when 'rollback' then 'choice' else 'promotion' end, null, p_actor, 'production serves it');
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
