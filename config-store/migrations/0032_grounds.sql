-- Up Migration

-- What a release goes on by is what stands in these tables, never what a message or an activity's answer says
-- (docs/decisions/0044): whoever reaches Temporal has no database.

-- A duration as plans have it, in milliseconds.
create function duration_ms(p_text text) returns bigint language sql immutable as $$
  select round(part[1]::numeric * case part[2] when 'ms' then 1 when 's' then 1000 when 'm' then 60000
    when 'h' then 3600000 else 86400000 end)::bigint
  from regexp_match(p_text, '^(\d+(?:\.\d+)?)(ms|s|m|h|d)$') as part;
$$;

-- The steps of a plan in the order and with the weights in which they are served, as activities/looks/course.ts has them.
-- The comparison that an alarm leads to has no place in the order.
create function course_of(p_plan jsonb)
returns table (place integer, stage text, weight numeric, hold_ms bigint, min_exposures integer)
language sql immutable as $$
  with given as (
    select n::integer as place, 'canary-' || (step ->> 'weight') as stage,
      (step ->> 'weight')::numeric - case (step ->> 'weight')::numeric when 100 then (p_plan ->> 'holdback')::numeric
        else 0 end as weight,
      duration_ms(step ->> 'hold') as hold_ms, (step ->> 'minExposures')::integer as min_exposures
    from jsonb_array_elements(p_plan -> 'steps') with ordinality as s (step, n)),
  last as (select * from given order by place desc limit 1)
  select * from given
  union all
  select place + 1, 'full', 100, duration_ms(p_plan ->> 'settle') + least(30000, ceil(hold_ms / 4.0))::bigint, min_exposures
  from last where weight <> 100
  union all
  select null, 'compare', 50, hold_ms, greatest(min_exposures, 50) from last;
$$;

-- The stage that wrote a version of a split; null where none of this release did.
create function stage_of(p_operation text, p_release text) returns text language sql immutable as $$
  select nullif(split_part(substr(p_operation, length(p_release) + 2), '/', 1), '')
  where starts_with(p_operation, p_release || '/');
$$;

create function served_stage(p_release text, p_cur split) returns text language sql stable as $$
  select stage_of(operation_id, p_release) from split_history
  where app = p_cur.app and environment = p_cur.environment and version = p_cur.version
    and kind = 'raise' and release_id = p_release and p_cur.release_id = p_release;
$$;

-- Looks of before kept no verdict: what a person may go on after is that they found nothing wrong.
create function shows_no_harm(p_judgement jsonb) returns boolean language sql immutable as $$
  select not p_judgement ? 'verdict' and not p_judgement ? 'hold'
    and p_judgement -> 'fail' = 'false' and p_judgement ->> 'absolute' = 'within';
$$;

-- Does a look say that its step has passed? One of before says it by all that a verdict rests on.
create function shows_pass(p_judgement jsonb) returns boolean language sql immutable as $$
  select p_judgement ->> 'verdict' is not distinct from 'pass' or shows_no_harm(p_judgement)
    and coalesce(p_judgement -> 'confident', 'true') = 'true' and coalesce(p_judgement -> 'notCounted', '[]') = '[]';
$$;

-- For how long a version of a split has been looked at, in milliseconds by the database's clock. Between two looks no
-- more counts than a candidate lives without one.
create function held_ms(p_release release, p_version bigint, p_until timestamptz) returns bigint language sql stable as $$
  with seen as (
    select at from split_history
    where app = p_release.app and environment = p_release.environment and version = p_version
    union all
    select measured_at from evidence
    where release_id = p_release.id and split_version = p_version and measured_at <= p_until
    union all
    select p_until),
  gaps as (select extract(epoch from at - lag(at) over (order by at)) * 1000 as ms from seen)
  select coalesce(sum(least(ms, duration_ms(p_release.plan ->> 'lease') + 30000)), 0)::bigint
  from gaps where ms is not null;
$$;

-- The newest word of a person to go on with a step before it has passed, as the API has recorded it.
create function promotion_of(p_release text, p_stage text, p_version bigint) returns command language sql stable as $$
  select given from command as given
  where release_id = p_release and kind = 'promote'
    and (expected_stage is null or expected_stage = p_stage)
    and (expected_version is null or expected_version = p_version)
    and (result is null or result not like 'refused%')
  order by id desc limit 1;
$$;

-- What a look has to go by: the step that is served, and what the database knows of it. Who pauses takes back a promotion
-- that no look has acted on.
create function served_step(p_release text)
returns table (stage text, weight numeric, hold_ms bigint, min_exposures integer, held_ms bigint, promoted boolean)
language sql stable as $$
  select c.stage, s.weight, c.hold_ms, c.min_exposures, held_ms(r, s.version, clock_timestamp()),
    coalesce((promotion_of(r.id, c.stage, s.version)).id
      > (select coalesce(max(id), 0) from command where release_id = r.id and kind = 'pause'), false)
  from release r join split s on s.app = r.app and s.environment = r.environment and s.release_id = r.id
    join course_of(r.plan) c on c.stage = served_stage(r.id, s)
  where r.id = p_release;
$$;

-- What a release lacks to be let into production: a gate of its plan that has not passed for its revision, or one that
-- it may not do without. Null where it lacks nothing, as in the functions below.
create function gates_lack(p_release release) returns text language sql stable as $$
  select format('no passing %s of %s is stored', kind, p_release.revision)
  from (values ('evaluation', 'evaluate', 1), ('mirror', 'mirror', 2)) as gate (kind, field, n)
  where case when p_release.plan ->> field = 'skip'
    then p_release.policy is not null and not coalesce(p_release.policy -> 'waived' ? kind, false)
    else not gate_passed(p_release, kind) end
  order by n limit 1;
$$;

-- What the step that is served lacks of having passed.
create function step_lacks(p_release release, p_cur split) returns text language plpgsql stable as $$
declare
  step record;
  newest evidence;
  passed evidence;
  promoted boolean;
  held bigint;
  exposed numeric;
begin
  select * into step from course_of(p_release.plan) as c where c.stage = served_stage(p_release.id, p_cur);
  if not found then return 'no step of it is served'; end if;
  if step.weight <> p_cur.weight then
    return format('%s is served to %s %%, not to %s %%', step.stage, trim_scale(p_cur.weight), trim_scale(step.weight));
  end if;
  select * into newest from evidence where release_id = p_release.id and split_version = p_cur.version
  order by measured_at desc, look desc limit 1;
  if not found then return format('nobody has looked at %s', step.stage); end if;
  if newest.judgement -> 'fail' = 'true' or newest.judgement ->> 'verdict' in ('fail', 'alarm') then
    return format('the newest look at %s has not found it good', step.stage);
  end if;
  promoted := (promotion_of(p_release.id, step.stage, p_cur.version)).id is not null;
  select * into passed from evidence
  where release_id = p_release.id and split_version = p_cur.version and stage = step.stage
    and (shows_pass(judgement) or promoted and shows_no_harm(judgement))
  order by look desc limit 1;
  if not found then return format('no look has found that %s has passed', step.stage); end if;
  -- It passed by that word: what it lacked stands in its look. Looks of before do not say.
  if promoted and (passed.judgement ? 'lacking' or not passed.judgement ? 'verdict') then return null; end if;
  held := held_ms(p_release, p_cur.version, passed.measured_at);
  -- Two clocks may differ a little.
  if held * 1.01 + 1000 < step.hold_ms then
    return format('%s was held for %s s of %s s', step.stage, round(held / 1000.0), round(step.hold_ms / 1000.0));
  end if;
  select coalesce(sum((counted ->> 'candidateExposed')::numeric), 0) into exposed
  from evidence, jsonb_array_elements(counts #> '{errors,short}') as counted
  where release_id = p_release.id and (counted ->> 'splitVersion')::bigint = p_cur.version;
  if exposed < step.min_exposures then
    return format('%s has %s of %s settled requests of the candidate', step.stage, exposed, step.min_exposures);
  end if;
  return null;
end $$;

-- What a release lacks to have a stage's share.
create function raise_lacks(p_release release, p_cur split, p_stage text, p_weight numeric) returns text
language plpgsql stable as $$
declare
  step record;
  here record;
begin
  select * into step from course_of(p_release.plan) as c where c.stage = p_stage;
  if not found then return format('%s is no step of its plan', coalesce(p_stage, 'this')); end if;
  if step.weight <> round(p_weight, 2) then
    return format('%s serves %s %%, not %s %%', p_stage, trim_scale(step.weight), trim_scale(p_weight));
  end if;
  if p_cur.release_id is distinct from p_release.id then
    return case when step.place = 1 then gates_lack(p_release) else 'its first step was never served' end;
  end if;
  select * into here from course_of(p_release.plan) as c where c.stage = served_stage(p_release.id, p_cur);
  if not found then return 'no step of it is served'; end if;
  -- Written again, because too much of it was unknown; or compared with stable, which takes a share back.
  if here.stage = p_stage or (p_stage = 'compare' and here.weight = 100) then return null; end if;
  if step.place is distinct from here.place + 1 then return format('%s does not follow %s', p_stage, here.stage); end if;
  return step_lacks(p_release, p_cur);
end $$;

-- What a release lacks for its candidate to become stable.
create function promotion_lacks(p_release release, p_cur split) returns text language sql stable as $$
  select case
    when served_stage(p_release.id, p_cur) is distinct from 'compare' and served_stage(p_release.id, p_cur) is distinct from
      (select stage from course_of(p_release.plan) where place is not null order by place desc limit 1)
    then 'its last step was never served'
    else coalesce(gates_lack(p_release), step_lacks(p_release, p_cur)) end;
$$;

-- What the end of a stage, as its workflow tells it, lacks in these tables. How stages end is shown to whoever approves
-- the next one. Only what lets a release go on is asked for its grounds.
create function stage_lacks(p_release release, p_stage text, p_outcome text, p_actor text) returns text
language sql stable as $$
  select case
    when p_stage in ('evaluate', 'mirror') and p_outcome = 'skipped' then
      case when p_release.plan ->> p_stage is distinct from 'skip' then 'its plan does not skip it' end
    when p_stage in ('evaluate', 'mirror') and p_outcome in ('pass', 'override') then
      case when not gate_passed(p_release, case p_stage when 'mirror' then 'mirror' else 'evaluation' end)
        then 'no pass of it is stored' end
    when p_stage = 'finish' and p_outcome = 'pass' then
      case when p_release.state <> 'promoted' then 'its candidate is not stable' end
    when p_outcome = 'pass' then
      case when not exists (select from evidence
          where release_id = p_release.id and stage = p_stage and shows_pass(judgement))
        then 'no look has found that it has passed' end
    when p_outcome = 'override' then
      case when not exists (select from command where release_id = p_release.id and kind = 'promote' and actor = p_actor
          and (expected_stage is null or expected_stage = p_stage))
        then format('%s has not promoted it', coalesce(p_actor, 'nobody')) end
    when p_outcome = 'skipped' then 'no step is skipped' end;
$$;

-- As before, for whoever has the right to write any share: nobody but the owner.
alter function raise_split(text, text, text, text, bigint, text, numeric, text, jsonb, integer, text, text)
  rename to put_candidate;
alter function promote_candidate(text, text, bigint, text, text) rename to make_stable;

-- As before, where the release's own rows say that it may. An attempt that would write nothing is told why as before.
create function raise_split(
  p_app text, p_environment text, p_release text, p_operation text, p_expected bigint, p_candidate text,
  p_weight numeric, p_salt text, p_counting jsonb, p_ttl_ms integer, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stage text := stage_of(p_operation, p_release);
  lacks text;
begin
  select * into rel from release
  where id = p_release and app = p_app and environment = p_environment for no key update;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  if rel.state = 'progressing' and cur.version = p_expected and not exists (select from split_history
      where app = p_app and environment = p_environment and operation_id = p_operation) then
    lacks := raise_lacks(rel, cur, stage, p_weight);
    if lacks is not null then
      raise exception 'Release % may not go on to %: %.', p_release, coalesce(stage, 'that'), lacks using errcode = 'SL409',
        hint = 'What it was told is not what is stored: see who reaches Temporal, then start a new release.';
    end if;
  end if;
  return put_candidate(p_app, p_environment, p_release, p_operation, p_expected, p_candidate, p_weight, p_salt,
    p_counting, least(p_ttl_ms, duration_ms(rel.plan ->> 'lease')::integer), p_actor, p_reason);
end $$;

create function promote_candidate(
  p_release text, p_operation text, p_expected bigint, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  lacks text;
begin
  select * into rel from release where id = p_release for no key update;
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  if rel.state = 'progressing' and cur.version = p_expected and not exists (select from split_history
      where app = rel.app and environment = rel.environment and operation_id = p_operation) then
    lacks := promotion_lacks(rel, cur);
    if lacks is not null then
      raise exception 'Release % may not become stable: %.', p_release, lacks using errcode = 'SL409',
        hint = 'What it was told is not what is stored: see who reaches Temporal, then start a new release.';
    end if;
  end if;
  return make_stable(p_release, p_operation, p_expected, p_actor, p_reason);
end $$;

-- Who is logged in as a worker, and as nothing more.
create function is_worker_alone() returns boolean language sql stable as $$
  select coalesce(pg_has_role(session_user, to_regrole('sluice_worker'), 'member'), false)
    and not coalesce(pg_has_role(session_user, to_regrole('sluice_api'), 'member'), false);
$$;

-- A promotion is a person's word, given to the API. Messages of Temporal prove nobody, and a worker is nobody.
create function guard_command() returns trigger language plpgsql as $$
begin
  if new.kind = 'promote' and (new.actor like 'temporal:%' or new.actor like 'system:%' or is_worker_alone())
    or is_worker_alone() and new.actor not like 'temporal:%' and new.actor not like 'system:%' then
    raise exception '% cannot be recorded here as the word of %.', new.kind, new.actor using errcode = 'SL409',
      hint = 'People decide through the API: sluice release --help.';
  end if;
  return new;
end $$;
create trigger command_is_its_givers before insert on command for each row execute function guard_command();

-- A worker makes nothing stable but what a release promotes, what was stable there before, or what production serves.
create function guard_stable() returns trigger language plpgsql as $$
begin
  if new.stable is not distinct from old.stable or not is_worker_alone() then return new; end if;
  if new.stable = old.candidate or exists (select from former_stables(new.app, new.environment) where revision = new.stable)
    or (new.environment <> 'production' and exists (select from split
      where app = new.app and environment = 'production' and stable = new.stable)) then
    return new;
  end if;
  raise exception '% was never stable in %: no worker makes it so.', label_of(new.app, new.stable), new.environment
    using errcode = 'SL409', hint = 'Roll back through the API, or by --direct.';
end $$;
create trigger stable_is_earned before update on split for each row execute function guard_stable();

-- What a release was begun with stays: who asked for it, by which plan and rules, held to what. Its policy is settled when
-- it is opened, and an end is an end.
create function guard_terms() returns trigger language plpgsql as $$
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
  if old.closed_at is not null and (new.state <> old.state or new.closed_at is null) then
    raise exception 'release % has ended: %', old.id, old.state using errcode = 'restrict_violation';
  end if;
  if new.state = 'promoted' and old.state <> 'promoted' and not exists (select from split_history
      where app = new.app and environment = new.environment and kind = 'promote' and release_id = new.id) then
    raise exception 'release % has made nothing stable', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger release_keeps_its_terms before insert or update on release
  for each row execute function guard_terms();

-- Down Migration

drop trigger release_keeps_its_terms on release;
drop trigger stable_is_earned on split;
drop trigger command_is_its_givers on command;
drop function guard_terms, guard_stable, guard_command, is_worker_alone, promote_candidate, raise_split;
alter function make_stable(text, text, bigint, text, text) rename to promote_candidate;
alter function put_candidate(text, text, text, text, bigint, text, numeric, text, jsonb, integer, text, text)
  rename to raise_split;
drop function stage_lacks, promotion_lacks, raise_lacks, step_lacks, gates_lack, served_step, promotion_of, held_ms,
  shows_pass, shows_no_harm, served_stage, stage_of, course_of, duration_ms;
