-- Writes a version above all that gateways have served, where the database has lost its last writes (invariant 33). What never
-- was stable here, or was found bad by a gate or a guardrail, serves only where a person names it: what gateways tell alone
-- brings nothing to all callers that was not good once.
create or replace function heal_split(
  p_app text, p_environment text, p_to text, p_operation text, p_actor text, p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  cur split;
  stored split_history;
  newest record;
  target text := p_to;
  above bigint;
  standing verdict;
  doubt text;
  finding jsonb := '{}';
begin
  select * into rel from release where app = p_app and environment = p_environment and closed_at is null for no key update;
  select * into cur from split where app = p_app and environment = p_environment for no key update;
  select * into stored from split_history
  where app = p_app and environment = p_environment and operation_id = p_operation;
  if found then
    return jsonb_build_object('kind', 'healed', 'version', stored.version, 'serving', stored.stable) || stored.details;
  end if;
  with told as (
    select id, (acks->>p_app)::bigint as acked, ahead->p_app->>'stable' as stable,
      case when (ahead->p_app->>'version')::bigint >= coalesce(cur.version, 0)
        then (ahead->p_app->>'version')::bigint end as version
    from gateway_instance where environment = p_environment and heartbeat_at > now() - interval '1 hour')
  select max(greatest(version, acked)) as version, array_agg(distinct id) filter (where version is not null) as gateways,
    array_agg(distinct stable) filter (where version = (select max(version) from told)) as served,
    array_agg(distinct stable) filter (where version is not null) as known into newest
  from told;
  if newest.gateways is null then
    if cur.version is null then perform refuse_inactive(p_app, p_environment); end if;
    return jsonb_build_object('kind', 'already', 'version', cur.version, 'serving', cur.stable);
  end if;
  if target is null and cardinality(newest.served) > 1 then
    raise exception 'Gateways have served different revisions as the newest version of %: %.', p_app,
      (select string_agg(label_of(p_app, each), ', ' order by each) from unnest(newest.served) each) using errcode = 'SL409',
      hint = 'Say which is right: sluice split heal --to LABEL.';
  end if;
  target := coalesce(target, newest.served[1]);
  if not exists (select from revision where app = p_app and digest = target) then
    raise exception 'This database does not know the revision % of % that gateways serve.', target, p_app
      using errcode = 'SL409', hint = 'Publish it again from its commit, or name one that is known: --to LABEL.';
  end if;
  standing := condemnation(p_app, p_environment, target);
  if p_to is null then
    doubt := case when standing.cause in ('gate', 'guardrail') then 'was ' || condemned_because(standing)
      when not exists (select from split_history where app = p_app and environment = p_environment and stable = target)
        then 'was never stable here, as far as this database knows' end;
    if doubt is not null then
      raise exception 'Gateways say that they serve %, which %.', label_of(p_app, target), doubt using errcode = 'SL409',
        hint = format('If that is right, name it: sluice split heal %s --to %s; or name what is right in its place.', p_app,
          label_of(p_app, target));
    end if;
  end if;

  if target <> all (newest.known) then
    begin
      perform judge_choice(p_app, p_environment, target, false);
    exception when sqlstate 'SL409' then
      raise exception '%', sqlerrm using errcode = 'SL409',
        hint = 'Heal with what gateways have served, and go on from there: sluice rollback --to LABEL.';
    end;
  end if;

  above := greatest(newest.version, coalesce(cur.version, 0)) + 1;
  if cur.version is null then
    insert into split (app, environment, version, stable, salt) values (p_app, p_environment, above, target, p_operation);
  else
    -- What gateways have left for something older was taken out, by a write that is lost: it does not return by itself.
    if target <> cur.stable and not goes_forward(p_app, p_environment, cur.stable, target) then
      perform condemn(p_app, p_environment, cur.stable, 'person', null, p_actor,
        'gateways had left it before the database lost that: ' || p_reason);
      finding := jsonb_build_object('condemned', cur.stable);
    end if;
    update split set version = above, stable = target, candidate = null, weight = 0, counting = null, release_id = null,
      updated_at = now()
    where app = p_app and environment = p_environment;
  end if;
  -- What serves is not condemned: gateways went to it by a promotion, a rollback or a choice that is lost as well, and what
  -- none of them has served is a person's choice now.
  if standing.id is not null then
    perform clear_condemnation(p_app, p_environment, target, 'choice', null, p_actor, p_reason);
    finding := finding || jsonb_build_object('cleared', condemned_because(standing));
  end if;
  insert into split_history (app, environment, version, stable, weight, include, exclude, salt, release_id, kind,
    operation_id, reason, actor, details)
  select p_app, p_environment, above, stable, 0, include, exclude, salt, coalesce(cur.release_id, rel.id), 'heal',
    p_operation, p_reason, p_actor, jsonb_build_object('from', coalesce(cur.version, 0), 'gateways', newest.gateways) || finding
  from split where app = p_app and environment = p_environment;
  perform append_audit(p_actor, 'split.heal', p_app, p_environment, rel.id, jsonb_build_object('version', above,
    'stable', target, 'was', jsonb_build_object('version', coalesce(cur.version, 0), 'stable', cur.stable,
      'candidate', cur.candidate), 'gateways', newest.gateways, 'served', newest.version, 'reason', p_reason) || finding);
  perform pg_notify('sluice_split', p_app || '/' || p_environment);
  if rel.id is not null then perform pg_notify('sluice_release', rel.id); end if;
  return jsonb_build_object('kind', 'healed', 'version', above, 'serving', target, 'from', coalesce(cur.version, 0),
    'gateways', newest.gateways) || finding;
end $$;
