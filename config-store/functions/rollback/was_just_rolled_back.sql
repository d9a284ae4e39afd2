-- Was the newest change of a split a rollback? A press that names nothing is a second one then (invariant 8). Healing that
-- found a revision left behind stands for the rollback that is lost.
create or replace function was_just_rolled_back(p_app text, p_environment text) returns boolean language sql stable as $$
  select coalesce((
    select kind in ('rollback', 'heal') from split_history
    where app = p_app and environment = p_environment and (kind <> 'heal' or details ? 'condemned')
      and not (kind = 'rollback' and took_out = '{}')
    order by version desc limit 1), false);
$$;
