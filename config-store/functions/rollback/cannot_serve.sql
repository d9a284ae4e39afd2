-- Why no live gateway can serve a revision; NULL where one can, or none is alive to say so.
create or replace function cannot_serve(p_app text, p_environment text, p_revision text) returns text language sql stable as $$
  select case when count(*) > 0 and count(*) = count(reason)
    then string_agg(distinct reason, '; ') || ' (' || string_agg(gateway_id, ', ') || ')' end
  from servability(p_app, p_environment, p_revision);
$$;
