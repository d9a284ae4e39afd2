-- Has the holdback of a promoted release go on as a guard, where its plan says so. The caller has just made the candidate
-- of `p_before` stable, as version `p_written`, and holds both rows' locks. Returns whether it does.
create or replace function open_guard(p_release release, p_before split, p_written bigint) returns boolean language plpgsql as $$
declare
  hold bigint := duration_ms(p_release.plan ->> 'guard');
begin
  if coalesce(hold, 0) = 0 or p_before.stable is null or p_before.weight not between 50 and 99.99 or p_before.counting is null then
    return false;
  end if;
  insert into guard (release_id, app, environment, former, weight, split_version, counting, hold_ms)
  values (p_release.id, p_before.app, p_before.environment, p_before.stable, p_before.weight, p_written,
    p_before.counting, hold);
  update lease set renewed_at = now() where app = p_before.app and environment = p_before.environment
    and release_id = p_release.id;
  return true;
end $$;
