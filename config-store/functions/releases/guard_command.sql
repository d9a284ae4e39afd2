-- A promotion is a person's word, given to the API. Messages of Temporal prove nobody, and a worker is nobody.
create or replace function guard_command() returns trigger language plpgsql as $$
begin
  if new.kind = 'promote' and (new.actor like 'temporal:%' or new.actor like 'system:%' or is_worker_alone())
    or is_worker_alone() and new.actor not like 'temporal:%' and new.actor not like 'system:%' then
    raise exception '% cannot be recorded here as the word of %.', new.kind, new.actor using errcode = 'SL409',
      hint = 'People decide through the API: sluice release --help.';
  end if;
  return new;
end $$;
