-- Whatever changes keys, gateways read them at once: an empty payload on the channel of splits means "read all".
create or replace function tell_of_keys() returns trigger language plpgsql as $$
begin
  perform pg_notify('sluice_split', '');
  return null;
end $$;
