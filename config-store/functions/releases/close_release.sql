-- Ends a release (idempotent). How a rollback under way ends was decided when it began. A release that a gate has blocked
-- condemns its revision. Returns whether it was open.
create or replace function close_release(
  p_release text, p_outcome text, p_reason text, p_actor text default 'system:release', p_details jsonb default '{}'
) returns boolean language plpgsql as $$
declare
  rel release;
  outcome text;
  decider text;
begin
  rel := lock_release(p_release);
  if rel.closed_at is not null then return false; end if;
  outcome := case when rel.state = 'rolling_back' then coalesce(rel.ending, p_outcome) else p_outcome end;
  decider := coalesce(case when rel.state = 'rolling_back' then rel.decided_by end, p_actor);
  if exists (select from split where release_id = p_release and candidate is not null) then
    raise exception 'Release % still has its candidate on the traffic.', p_release using errcode = 'SL409',
      hint = 'Take it out first: a release that ends leaves nothing behind.';
  end if;
  perform move_release(p_release, outcome, p_reason, decider, null);
  delete from lease where release_id = p_release;
  perform append_audit(decider, 'release.' || outcome, rel.app, rel.environment, p_release,
    case when decider = p_actor then p_details else '{}' end
      || jsonb_build_object('reason', p_reason, 'stage', rel.stage));
  if outcome = 'blocked' then
    perform condemn(rel.app, rel.environment, rel.revision, 'gate', p_release, decider, p_reason);
  end if;
  return true;
end $$;

-- For programs of the version before, which said from which states; guard_release knows.
create or replace function close_release(
  p_release text, p_outcome text, p_from text[], p_reason text, p_actor text, p_details jsonb
) returns boolean language sql as $$
  select close_release(p_release, p_outcome, p_reason, p_actor, p_details);
$$;
