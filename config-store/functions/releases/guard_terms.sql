-- What a release was begun with stays: who asked for it, by which plan and rules, held to what. Its policy is settled when
-- it is opened.
create or replace function guard_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- One that was started by hand goes by what the API has published.
    if is_worker_alone() and (new.policy is null or new.actor not like 'temporal:%' or exists (select from app
        where name = new.app and (published -> 'plans' -> new.plan_name, coalesce(published -> 'suites', '[]'))
          is distinct from (new.plan, new.suites))) then
      raise exception 'release % is not one that was published', new.id using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if (new.id, new.stable, new.plan_name, new.plan_digest, new.rules, new.workflow_id, new.actor, new.author,
      new.provenance, new.idempotency_key)
    is distinct from (old.id, old.stable, old.plan_name, old.plan_digest, old.rules, old.workflow_id, old.actor, old.author,
      old.provenance, old.idempotency_key)
    or (old.state <> 'starting' and new.policy is distinct from old.policy) then
    raise exception 'what release % was begun with never changes', old.id using errcode = 'restrict_violation';
  end if;
  if old.state = 'starting' and new.state = 'progressing' and new.policy is null and is_worker_alone() then
    raise exception 'release % is held to no policy', old.id using errcode = 'restrict_violation';
  end if;
  if new.state = 'promoted' and old.state <> 'promoted' and not exists (select from split_history
      where app = new.app and environment = new.environment and kind = 'promote' and release_id = new.id) then
    raise exception 'release % has made nothing stable', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
