-- Has the stage that a release is in written the split that is in force? Between the entry of a stage and its write
-- the weight of the step before is served, which nobody may mistake for the new one.
create or replace function is_served_step(rel release, cur split) returns boolean language sql stable as $$
  select exists (
    select from split_history where app = cur.app and environment = cur.environment and version = cur.version
      and kind = 'raise' and starts_with(operation_id || '/', rel.id || '/' || rel.stage || '/'));
$$;
