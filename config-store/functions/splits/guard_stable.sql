-- A worker makes nothing stable but what a release promotes, what was stable there before, or what production serves.
create or replace function guard_stable() returns trigger language plpgsql as $$
begin
  if new.stable is not distinct from old.stable or not is_worker_alone() then return new; end if;
  if new.stable = old.candidate or exists (select from former_stables(new.app, new.environment) where revision = new.stable)
    or (new.environment <> 'production' and exists (select from split
      where app = new.app and environment = 'production' and stable = new.stable)) then
    return new;
  end if;
  raise exception '% was never stable in %: no worker makes it so.', label_of(new.app, new.stable), new.environment
    using errcode = 'SL409', hint = 'Roll back through the API, or by --direct.';
end $$;
