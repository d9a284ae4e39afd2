-- Up Migration

-- Can this revision be served, and does it answer? Asked of the gateways of an environment, which alone know bindings and
-- keys: about the way back of each app every 10 minutes and when a release begins, and about what a person names. One
-- gateway at a time takes a question, so that a fleet does not ask a model a hundred times.
create table rehearsal (
  app text not null,
  environment text not null,
  revision text not null,
  asked_at timestamptz not null default now(),
  claimed_at timestamptz,
  answered_at timestamptz,
  primary key (app, environment, revision),
  foreign key (app, revision) references revision (app, digest)
);

-- `unbound`: this gateway cannot render or bind it. `dead`: every target says that model, key or place is wrong.
-- `unknown`: nothing answers now, which says nothing. `ready`: a target answered.
create table rehearsal_answer (
  app text not null,
  environment text not null,
  revision text not null,
  gateway_id text not null,
  outcome text not null check (outcome in ('ready', 'dead', 'unbound', 'unknown')),
  reason text,
  at timestamptz not null default now(),
  primary key (app, environment, revision, gateway_id),
  foreign key (app, environment, revision) references rehearsal (app, environment, revision) on delete cascade
);

-- Puts a question, unless it was put since then.
create function ask_rehearsal(p_app text, p_environment text, p_revision text, p_since timestamptz) returns void
language sql as $$
  insert into rehearsal as known (app, environment, revision) values (p_app, p_environment, p_revision)
  on conflict (app, environment, revision) do update set asked_at = clock_timestamp(), claimed_at = null
  where known.asked_at < p_since;
$$;

-- Asks about what serves as stable and the newest former ones of an app that a press may go back to.
create function ask_way_back(p_app text, p_environment text, p_since timestamptz) returns void language sql as $$
  select ask_rehearsal(p_app, p_environment, revision, p_since)
  from (select revision from former_stables(p_app, p_environment) limit 3) as newest;
$$;

-- What one gateway is to find out now: questions that nobody is at, and that it has not answered.
create function take_rehearsals(p_environment text, p_gateway text) returns table (app text, revision text)
language sql as $$
  update rehearsal set claimed_at = clock_timestamp()
  from (
    select asked.app, asked.environment, asked.revision from rehearsal asked
    where asked.environment = p_environment
      and (asked.answered_at is null or asked.answered_at < asked.asked_at)
      and (asked.claimed_at is null or asked.claimed_at < clock_timestamp() - interval '20 seconds')
      and not exists (select from rehearsal_answer mine where mine.app = asked.app
        and mine.environment = asked.environment and mine.revision = asked.revision
        and mine.gateway_id = p_gateway and mine.at >= asked.asked_at)
    order by asked.asked_at limit 4 for update skip locked) as free
  where rehearsal.app = free.app and rehearsal.environment = free.environment and rehearsal.revision = free.revision
  returning rehearsal.app, rehearsal.revision;
$$;

-- A gateway that cannot bind it leaves the question to the others.
create function answer_rehearsal(
  p_app text, p_environment text, p_revision text, p_gateway text, p_outcome text, p_reason text
) returns void language sql as $$
  insert into rehearsal_answer (app, environment, revision, gateway_id, outcome, reason, at)
  values (p_app, p_environment, p_revision, p_gateway, p_outcome, p_reason, clock_timestamp())
  on conflict (app, environment, revision, gateway_id) do update
    set outcome = excluded.outcome, reason = excluded.reason, at = excluded.at;
  update rehearsal set claimed_at = null,
    answered_at = case when p_outcome = 'unbound' then answered_at else clock_timestamp() end
  where app = p_app and environment = p_environment and revision = p_revision;
$$;

-- The newest answer about a revision that was put to its models; what is older than half an hour says nothing any more.
-- That it is dead counts only from a gateway that is alive, and that has not read its bindings and keys anew since.
create function newest_rehearsal(p_app text, p_environment text, p_revision text) returns rehearsal_answer
language sql stable as $$
  select answer from rehearsal_answer answer
  where app = p_app and environment = p_environment and revision = p_revision and outcome <> 'unbound'
    and at > clock_timestamp() - interval '30 minutes'
    and (outcome <> 'dead' or at > (select max(live.started_at) from gateway_instance live
      where live.id = answer.gateway_id and live.environment = p_environment and live.ended_at is null
        and live.heartbeat_at > clock_timestamp() - interval '5 seconds'))
  order by at desc limit 1;
$$;

create or replace function servability(p_app text, p_environment text, p_revision text)
returns table (gateway_id text, reason text) language sql stable as $$
  select live.id, coalesce(
    (select live.refusals->p_app->>'reason' from split_history refused
      where refused.app = p_app and refused.environment = p_environment
        and refused.version = (live.refusals->p_app->>'version')::bigint
        and coalesce(refused.candidate, refused.stable) = p_revision),
    unbound_for(live.fingerprint, content),
    (select answer.reason from rehearsal_answer answer where answer.app = p_app and answer.environment = p_environment
      and answer.revision = p_revision and answer.gateway_id = live.id and answer.outcome = 'unbound'
      -- A gateway reads its bindings and keys when it starts.
      and answer.at > live.started_at))
  from gateway_instance live join revision on revision.app = p_app and revision.digest = p_revision
  where live.environment = p_environment and live.ended_at is null
    and live.heartbeat_at > clock_timestamp() - interval '5 seconds'
  order by live.id;
$$;

-- As before; one whose models, keys or places were all found to be wrong comes last: a gateway found that minutes ago, of
-- its own keys, so where nothing else is left it is the target all the same, and `skipped` says what was found of it.
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

-- Where one press would go now (to stable, where a candidate is on the traffic), and when that was tried last:
-- {target, outcome, reason, ageMs, skipped}.
create function way_back_now(p_app text, p_environment text) returns jsonb language sql stable as $$
  select way || jsonb_strip_nulls(jsonb_build_object('outcome', rehearsed.outcome, 'reason', rehearsed.reason,
    'ageMs', (extract(epoch from clock_timestamp() - rehearsed.at) * 1000)::bigint))
  from (select case when candidate is null then way_back(app, environment, stable)
        else jsonb_build_object('target', stable, 'skipped', '[]'::jsonb) end as way
      from split where app = p_app and environment = p_environment) now,
    lateral (select (newest_rehearsal(p_app, p_environment, now.way->>'target')).*) rehearsed;
$$;
