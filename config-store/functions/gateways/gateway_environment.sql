-- The environment that a gateway speaks for: its user's, where that has one. Refuses any other.
create or replace function gateway_environment(p_environment text) returns text language plpgsql stable as $$
declare
  own text := (select environment from gateway_user where name = session_user);
begin
  if own <> p_environment then
    raise exception 'The database user % is for gateways of %, not of %.', session_user, own, p_environment
      using errcode = '42501';
  end if;
  return p_environment;
end $$;
