-- What came of it.
create or replace function answer_rehearsal(
  p_app text, p_environment text, p_revision text, p_gateway text, p_outcome text, p_reason text, p_boot text default ''
) returns void language sql as $$
  delete from rehearsal_answer where app = p_app and environment = p_environment and revision = p_revision
    and at < clock_timestamp() - interval '1 day';
  insert into rehearsal_answer (app, environment, revision, gateway_id, boot_id, outcome, reason, at)
  values (p_app, gateway_environment(p_environment), p_revision, p_gateway, p_boot, p_outcome, p_reason, clock_timestamp())
  on conflict (app, environment, revision, gateway_id, boot_id) do update
    set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at;
  update rehearsal set claimed_at = null,
    answered_at = case when p_outcome = 'unbound' then answered_at else clock_timestamp() end
  where app = p_app and environment = p_environment and revision = p_revision;
$$;
