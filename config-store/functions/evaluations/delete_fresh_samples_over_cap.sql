-- Deletes what is more than an app keeps, in number or in bytes: the oldest. At most so many.
create or replace function delete_fresh_samples_over_cap(p_limit integer) returns bigint language sql as $$
  with ranked as (
    select f.id, a.max_fresh_samples, a.max_fresh_megabytes * 1048576::bigint as max_bytes,
      row_number() over newest_first as place,
      sum(octet_length(f.body)) over newest_first as bytes
    from fresh_sample f join app a on a.name = f.app
    window newest_first as (partition by f.app, f.environment order by f.created_at desc, f.id rows unbounded preceding)),
  gone as (
    delete from fresh_sample where id in (
      select id from ranked where place > max_fresh_samples or bytes > max_bytes limit p_limit)
    returning 1)
  select count(*) from gone;
$$;
