-- Moves a release to a state, or leaves it where it is there already: the one statement that does. That the graph leads there
-- holds `guard_release`, whoever writes. An end closes the release. The caller holds the row's lock, and writes the entry
-- for the audit log that is due.
create or replace function move_release(
  p_release text, p_to text, p_reason text, p_decided_by text, p_ending text
) returns void language plpgsql as $$
begin
  update release set state = p_to, reason = p_reason, decided_by = coalesce(p_decided_by, decided_by),
    ending = coalesce(p_ending, ending), updated_at = now(),
    closed_at = case when p_to not in ('starting', 'progressing', 'paused', 'rolling_back') then now() end
  where id = p_release and state <> p_to;
  perform pg_notify('sluice_release', p_release);
end $$;
