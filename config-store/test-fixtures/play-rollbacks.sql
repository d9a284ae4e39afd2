-- Plays moves of test-fixtures/rollback-model.ts by the schema's own functions, in one round trip, and says after each
-- what came of it: [{result, stable, candidate, version, condemned}], revisions as numbers.
create or replace function pg_temp.digest_of(n int) returns text language sql immutable as $$
  select 'rev_' || lpad(n::text, 64, '0');
$$;

create or replace function pg_temp.end_release(p_app text, p_how text) returns void language plpgsql as $$
declare
  rel release;
  cur split;
  actor text := case p_how when 'abort' then 'user:ada' else 'system:release' end;
  ending text := case p_how when 'abort' then 'aborted' when 'failed' then 'failed' when 'superseded' then 'superseded'
    else 'rolled_back' end;
begin
  select * into rel from release where app = p_app and closed_at is null;
  select * into cur from split where app = p_app and environment = 'production';
  if p_how = 'promoted' then
    perform make_stable(rel.id, rel.id || '/finish', cur.version, 'system:release', 'passed');
    return;
  end if;
  perform roll_back(p_app, 'production', rel.revision, null, rel.id || '/withdraw', actor, p_how, ending, p_how <> 'blind');
  perform close_release(rel.id, ending, p_how);
end $$;

create or replace function pg_temp.play(p_app text, p_revisions int, p_moves jsonb) returns jsonb language plpgsql as $$
declare
  move jsonb;
  said jsonb := '[]';
  cur split;
  result text;
  id text;
  n int := 0;
begin
  insert into app (name) values (p_app);
  insert into revision (app, digest, label, content, created_by)
  select p_app, pg_temp.digest_of(i), 'r' || i, jsonb_build_object('chain', jsonb_build_array(
    jsonb_build_object('provider', 'p' || i, 'model', 'm'))), 'user:ada' from generate_series(0, p_revisions - 1) i;
  perform create_stable(p_app, 'production', pg_temp.digest_of(0), 'create', 'salt', 'user:ada', 'first');
  for move in select * from jsonb_array_elements(p_moves) loop
    n := n + 1;
    result := 'none';
    id := p_app || '/' || n;
    select * into cur from split where app = p_app and environment = 'production';
    begin
      case move->>'op'
        when 'start' then
          insert into release (id, app, revision, plan_name, plan, plan_digest, state, workflow_id, actor)
          values (id, p_app, pg_temp.digest_of((move->>'revision')::int), 'p', '{"evaluate": "skip", "mirror": "skip"}', 'd', 'progressing', 'w', 'user:ada');
          if (move->>'early') is null then
            perform put_candidate(p_app, 'production', id, id || '/canary-5', cur.version,
              pg_temp.digest_of((move->>'revision')::int), 5, id, null, 60000, 'system:release', 'step');
          elsif move->>'early' = 'blocked' then
            perform close_release(id, 'blocked', 'failed its gate');
          else
            perform roll_back(p_app, 'production', pg_temp.digest_of((move->>'revision')::int), null, id || '/withdraw',
              'user:ada', 'never mind', 'aborted');
            perform close_release(id, 'aborted', 'never mind');
          end if;
        when 'end' then perform pg_temp.end_release(p_app, move->>'how');
        when 'gateways' then
          delete from gateway_instance where environment = 'production';
          insert into gateway_instance (id, boot_id, environment, fingerprint)
          select 'g' || ordinality, 'boot', 'production', jsonb_build_object('providers',
            (select coalesce(jsonb_object_agg('p' || each, '{}'::jsonb), '{}') from jsonb_array_elements_text(can) each))
          from jsonb_array_elements(move->'can') with ordinality as one(can);
        when 'heal' then
          insert into gateway_instance (id, boot_id, environment, fingerprint, ahead)
          values ('healer', 'boot', 'production', '{}', jsonb_build_object(p_app, jsonb_build_object(
            'version', cur.version, 'stable', pg_temp.digest_of((move->>'revision')::int))));
          result := heal_split(p_app, 'production', case when (move->>'named')::boolean
            then pg_temp.digest_of((move->>'revision')::int) end, id, 'user:ada', 'restored')->>'kind';
          delete from gateway_instance where gateway_instance.id = 'healer';
        else
          result := (roll_back(p_app, 'production',
            case move->>'op' when 'take-out' then pg_temp.digest_of((move->>'revision')::int) end,
            case move->>'op' when 'to' then pg_temp.digest_of((move->>'revision')::int) end,
            id, 'user:ada', 'bad answers', 'aborted', true,
            case move->>'op' when 'seen' then greatest(1, cur.version - (move->>'ago')::bigint) end, null,
            coalesce((move->>'force')::boolean, false)))->>'kind';
          perform close_release(release.id, 'aborted', 'pressed')
          from release where app = p_app and closed_at is null and state = 'rolling_back';
      end case;
    exception when sqlstate 'SL409' then result := 'refused';
    end;
    select * into cur from split where app = p_app and environment = 'production';
    said := said || jsonb_build_object('result', result, 'stable', right(cur.stable, 2)::int,
      'candidate', right(cur.candidate, 2)::int, 'version', cur.version, 'condemned', (
        select coalesce(jsonb_object_agg(i, (condemnation(p_app, 'production', pg_temp.digest_of(i))).cause), '{}')
        from generate_series(0, p_revisions - 1) i
        where (condemnation(p_app, 'production', pg_temp.digest_of(i))).id is not null));
  end loop;
  return said;
end $$;
