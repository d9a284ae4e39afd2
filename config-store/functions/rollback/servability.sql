-- Why each live gateway that cannot serve a revision cannot, with all that are alive; no gateway is no reason.
create or replace function servability(p_app text, p_environment text, p_revision text)
returns table (gateway_id text, reason text) language sql stable as $$
  select live.id, coalesce(
    (select live.refusals->p_app->>'reason' from split_history refused
      where refused.app = p_app and refused.environment = p_environment
        and refused.version = (live.refusals->p_app->>'version')::bigint
        and coalesce(refused.candidate, refused.stable) = p_revision),
    unbound_for(live.fingerprint, content),
    (select answer.reason from rehearsal_answer answer where answer.app = p_app and answer.environment = p_environment
      and answer.revision = p_revision and answer.gateway_id = live.id and answer.boot_id = live.boot_id
      and answer.outcome = 'unbound'
      -- A gateway reads its bindings and keys when it starts.
      and answer.at > live.started_at))
  from gateway_instance live join revision on revision.app = p_app and revision.digest = p_revision
  where live.environment = p_environment and live.ended_at is null
    and live.heartbeat_at > clock_timestamp() - interval '5 seconds'
  order by live.id;
$$;
