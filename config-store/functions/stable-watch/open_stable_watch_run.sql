-- Begins a run, the same again where its activity is repeated. Returns {kind}: `opened` with the revision; or `skipped` with
-- what it is for: the watch is off and nobody asked, nothing is stable, a release is open (its looks watch stable, unless an
-- alarm is to be ended), or another run is on.
create or replace function open_stable_watch_run(p_app text, p_run text, p_asked_by text) returns jsonb language plpgsql as $$
declare
  own stable_watch;
  cur split;
  open_release text;
begin
  if exists (select from stable_watch_run where id = p_run) then
    return (select jsonb_build_object('kind', 'opened', 'revision', revision) from stable_watch_run where id = p_run);
  end if;
  select * into own from stable_watch where app = p_app for update;
  if p_asked_by is null and own.enabled is distinct from true then
    return jsonb_build_object('kind', 'skipped', 'says', 'the stable watch is off');
  end if;
  select * into cur from split where app = p_app and environment = 'production';
  if cur.stable is null then
    return jsonb_build_object('kind', 'skipped', 'says', 'nothing is stable in production yet');
  end if;
  select id into open_release from release where app = p_app and environment = 'production' and closed_at is null;
  if open_release is not null and own.alarm is null and p_asked_by is null then
    return jsonb_build_object('kind', 'skipped', 'says', 'release ' || open_release || ' is open: it compares with stable itself');
  end if;
  -- Whoever began it an hour ago asks no more.
  update stable_watch_run set closed_at = clock_timestamp(), outcome = 'unclear', says = 'nobody brought it to its end'
  where app = p_app and closed_at is null and begun_at < clock_timestamp() - interval '1 hour';
  if exists (select from stable_watch_run where app = p_app and closed_at is null) then
    return jsonb_build_object('kind', 'skipped', 'says', 'another run is on');
  end if;
  insert into stable_watch_run (id, app, environment, revision, asked_by)
  values (p_run, p_app, 'production', cur.stable, p_asked_by);
  return jsonb_build_object('kind', 'opened', 'revision', cur.stable);
end $$;
