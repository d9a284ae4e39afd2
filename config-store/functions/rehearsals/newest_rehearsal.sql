-- The newest answer about a revision that was put to its models; what is older than half an hour says nothing any more.
-- That it is dead counts only from a gateway that is alive, and that has not read its bindings and keys anew since.
create or replace function newest_rehearsal(p_app text, p_environment text, p_revision text) returns rehearsal_answer
language sql stable as $$
  select answer from rehearsal_answer answer
  where app = p_app and environment = p_environment and revision = p_revision and outcome <> 'unbound'
    and at > clock_timestamp() - interval '30 minutes'
    and (outcome <> 'dead' or at > (select max(live.started_at) from gateway_instance live
      where live.id = answer.gateway_id and live.environment = p_environment and live.ended_at is null
        and live.heartbeat_at > clock_timestamp() - interval '5 seconds'))
  order by at desc limit 1;
$$;
