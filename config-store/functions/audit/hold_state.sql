-- Has the audit log hold a table from now on: `p_keys` name a row, `p_volatile` are not held (both without spaces, by
-- commas). What is there already is written down as it is. `p_appends`: rows never go, and never change. The same
-- table stands in domain/audit/held-tables.ts, which the verification goes by.
create or replace function hold_state(p_table text, p_keys text, p_volatile text default '', p_appends boolean default false)
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
