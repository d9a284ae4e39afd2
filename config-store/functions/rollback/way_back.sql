-- Where a rollback goes by itself: the newest former stable revision that is not condemned and that a live gateway can serve
-- (invariant 28), with what is passed over. One whose models, keys or places were all found to be wrong comes last: a gateway
-- found that minutes ago, of its own keys, so where nothing else is left it is the target all the same, and `skipped` says
-- what was found of it.
create or replace function way_back(p_app text, p_environment text, p_bad text) returns jsonb language plpgsql stable as $$
declare
  former record;
  rehearsed rehearsal_answer;
  doubtful text;
  skipped jsonb := '[]';
  why text;
begin
  for former in
    select stable as revision, condemnation(p_app, p_environment, stable) as standing from split_history
    where app = p_app and environment = p_environment and stable is not null and stable is distinct from p_bad
    group by stable order by max(version) desc
  loop
    why := coalesce(condemned_because(former.standing), cannot_serve(p_app, p_environment, former.revision));
    if why is null then
      rehearsed := newest_rehearsal(p_app, p_environment, former.revision);
      if rehearsed.outcome = 'dead' then
        why := coalesce(rehearsed.reason, 'nothing of it answers');
        doubtful := coalesce(doubtful, former.revision);
      end if;
    end if;
    if why is null then return jsonb_build_object('target', former.revision, 'skipped', skipped); end if;
    skipped := skipped || jsonb_build_object('revision', former.revision, 'reason', why);
  end loop;
  return jsonb_strip_nulls(jsonb_build_object('target', doubtful, 'skipped', skipped));
end $$;
