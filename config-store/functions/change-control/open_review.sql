-- Every such entry of the audit log leaves one, whoever writes it and by whatever door.
create or replace function open_review() returns trigger language plpgsql as $$
declare
  what text := case
    when new.actor like 'break-glass:%' then 'break-glass'
    when new.action = 'release.promote' then 'override'
    when new.action = 'release.gate_skipped' then 'skipped gate'
    when new.action = 'release.hotfix' then 'hotfix'
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
