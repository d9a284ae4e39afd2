-- Whoever writes it, a release moves along the graph of states alone (invariant 4), and is promoted only where each gate of
-- its plan has passed for this revision, or it may do without (invariant 13); and what was checked (revision, plan, suites)
-- stays as it was checked. Releases that are older than policies go by their plans.
create or replace function guard_release() returns trigger language plpgsql as $$
declare
  gate record;
begin
  if (new.app, new.environment, new.revision, new.plan, new.suites)
    is distinct from (old.app, old.environment, old.revision, old.plan, old.suites) then
    raise exception 'what release % is about never changes', old.id using errcode = 'restrict_violation';
  end if;
  if not may_follow(old.state, new.state) then
    raise exception 'Release % is %: it cannot be % next.', new.id, old.state, new.state using errcode = 'SL409',
      detail = json_build_object('state', old.state), hint = 'See: sluice release status.';
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
