-- What a row says, without the columns that come and go: each column with its value as JSON text, in the order of their
-- names. The verification computes the same without this function.
create or replace function state_digest(p_row jsonb, p_columns text[]) returns text language sql immutable as $$
  select encode(sha256(convert_to(coalesce(string_agg(key || '=' || value::text, chr(31) order by key collate "C"), ''),
    'UTF8')), 'hex')
  from jsonb_each(p_row) where key = any (p_columns);
$$;
