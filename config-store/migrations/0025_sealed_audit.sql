-- Up Migration

-- The audit finds it (docs/decisions/0038). Each entry is sealed by a key that the database never sees, and what the rows
-- of Sluice's state say is in the log as well, as digests: whoever changes one without the other is found.

alter table audit_entry
  -- HMAC-SHA256 of position, hash and transaction, and the id of its key; absent in entries that no key has sealed.
  add column mac bytea, add column key_id text,
  -- Which entries were written together; absent in those of before.
  add column xact xid8;
alter table audit_entry alter column xact set default pg_current_xact_id();

create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception 'audit entries never change' using errcode = 'restrict_violation';
  end if;
  if old.position is not null
    or (new.id, new.at, new.actor, new.action, new.app, new.environment, new.release_id, new.details, new.xact)
      is distinct from
      (old.id, old.at, old.actor, old.action, old.app, old.environment, old.release_id, old.details, old.xact) then
    raise exception 'audit entries never change' using errcode = 'restrict_violation';
  end if;
  if new.mac is null and exists (select from audit_entry where position = new.position - 1 and mac is not null) then
    raise exception 'the audit chain is sealed: an entry without a seal cannot follow' using errcode = 'restrict_violation',
      hint = 'Only the API chains entries, with SLUICE_AUDIT_KEY.';
  end if;
  return new;
end $$;
create trigger audit_is_never_emptied before truncate on audit_entry
  for each statement execute function refuse_audit_change();

-- No entry is dated before one that was written earlier, whatever a server's clock does.
create function date_audit_entry() returns trigger language plpgsql as $$
begin
  new.at := greatest(now(), (select at from audit_entry order by id desc limit 1));
  return new;
end $$;
create trigger audit_is_dated before insert on audit_entry for each row execute function date_audit_entry();

-- What a row says, without the columns that come and go: each column with its value as JSON text, in the order of their
-- names. The verification computes the same without this function.
create function state_digest(p_row jsonb, p_columns text[]) returns text language sql immutable as $$
  select encode(sha256(convert_to(coalesce(string_agg(key || '=' || value::text, chr(31) order by key collate "C"), ''),
    'UTF8')), 'hex')
  from jsonb_each(p_row) where key = any (p_columns);
$$;

create function state_columns(p_row jsonb, p_volatile text[]) returns text[] language sql immutable as $$
  select array_agg(key order by key collate "C") from jsonb_object_keys(p_row) key where key <> all (p_volatile);
$$;

create function state_key(p_row jsonb, p_keys text[]) returns text language sql immutable as $$
  select string_agg(p_row ->> name, '/' order by place) from unnest(p_keys) with ordinality as k (name, place);
$$;

-- Writes the digest of a row into the log whenever it changes; '' for one that is gone. The trigger's arguments: the
-- columns that name a row, and those that are not held.
create function seal_state() returns trigger language plpgsql
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

create function refuse_state_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % stay as they were written', tg_table_name using errcode = 'restrict_violation';
end $$;

-- Has the audit log hold a table from now on: `p_keys` name a row, `p_volatile` are not held (both without spaces, by
-- commas). What is there already is written down as it is. `p_appends`: rows never go, and never change. The same
-- table stands in config-store/held-tables.ts, which the verification goes by.
create function hold_state(p_table text, p_keys text, p_volatile text default '', p_appends boolean default false)
returns void language plpgsql set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
  chunk record;
begin
  execute format('create trigger state_is_sealed after insert or update or delete on %I for each row '
    || 'execute function seal_state(%L, %L)', p_table, p_keys, p_volatile);
  execute format('create trigger state_is_never_emptied before truncate on %I for each statement '
    || 'execute function refuse_state_change()', p_table);
  if p_appends then
    execute format('create trigger state_is_kept before delete on %I for each row execute function refuse_state_change()',
      p_table);
  end if;
  -- Under the lock that the triggers took: nobody writes a row in between.
  for chunk in execute format(
    'select columns, jsonb_object_agg(state_key(doc, $1), state_digest(doc, columns)) as rows from ('
    || 'select doc, state_columns(doc, $2) as columns, (row_number() over ()) / 500 as part '
    || 'from (select to_jsonb(t) as doc from %I t) each) numbered group by part, columns', p_table)
    using string_to_array(p_keys, ','), string_to_array(p_volatile, ',')
  loop
    insert into audit_entry (actor, action, details) values ('system:migration', 'state.sealed',
      jsonb_build_object('table', p_table, 'columns', chunk.columns, 'rows', chunk.rows, 'baseline', true));
  end loop;
end $$;

insert into audit_entry (actor, action, details) values ('system:migration', 'audit.began', '{}');

select hold_state('app', 'name');
select hold_state('revision', 'app,digest', '', true);
select hold_state('release', 'id', 'stage,reason,progress,updated_at,first_run_id,temporal_cluster,temporal_namespace,'
  || 'restarting,restarts,restarted_at,restart_place,waiting_for,waiting_since,waiting_until,'
  || 'waits_on,waits_for,waits_since,waits_until');
select hold_state('split', 'app,environment');
select hold_state('split_history', 'app,environment,version', '', true);
select hold_state('command', 'id', 'applied_at,result');
select hold_state('stage_result', 'release_id,stage');
select hold_state('evidence', 'release_id,stage,look', '', true);
select hold_state('eval_run', 'id');
select hold_state('first_evaluation', 'id', 'restarts,waiting_for,waiting_until', true);
select hold_state('api_token', 'id', 'last_used_at');
select hold_state('policy', 'id', '', true);
select hold_state('verdict', 'id', '', true);
