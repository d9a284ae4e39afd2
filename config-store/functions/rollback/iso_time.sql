-- A time as programs read it: ISO 8601, UTC, milliseconds.
create or replace function iso_time(at timestamptz) returns text language sql immutable as $$
  select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;
