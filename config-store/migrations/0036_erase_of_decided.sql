-- Up Migration

-- What a run was decided to be stands, but whoever is erased goes out of the plans of decided mirrors as well.
drop trigger decided_run_stays on eval_run;
create trigger decided_run_stays before update on eval_run for each row
when (old.decided_at is not null and (
  (to_jsonb(new) - 'expires_at' - 'planned') is distinct from (to_jsonb(old) - 'expires_at' - 'planned')
  or new.planned is distinct from old.planned and not coalesce(
    new.planned - 'samples' = old.planned - 'samples' and new.planned->'samples' <@ (old.planned->'samples'), false)))
execute function refuse_other_decision();

-- Down Migration

drop trigger decided_run_stays on eval_run;
create trigger decided_run_stays before update on eval_run for each row
when (old.decided_at is not null and (to_jsonb(new) - 'expires_at') is distinct from (to_jsonb(old) - 'expires_at'))
execute function refuse_other_decision();
