-- Writes the digest of a row into the log whenever it changes; '' for one that is gone. The trigger's arguments: the
-- columns that name a row, and those that are not held.
create or replace function seal_state() returns trigger language plpgsql
set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  keys text[] := string_to_array(tg_argv[0], ',');
  volatile text[] := string_to_array(tg_argv[1], ',');
  now_is jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  columns text[] := state_columns(coalesce(now_is, was), volatile);
begin
  if tg_op = 'UPDATE' and (now_is - volatile) = (was - volatile) then return null; end if;
  insert into audit_entry (actor, action, app, environment, release_id, details)
  values ('system:database', 'state.sealed', coalesce(now_is, was) ->> 'app', coalesce(now_is, was) ->> 'environment',
    coalesce(coalesce(now_is, was) ->> 'release_id', case tg_table_name when 'release' then coalesce(now_is, was) ->> 'id' end),
    jsonb_build_object('table', tg_table_name, 'columns', columns, 'by', session_user,
      'rows', jsonb_build_object(state_key(coalesce(now_is, was), keys), coalesce(state_digest(now_is, columns), ''))));
  return null;
end $$;
