-- Does a revision serve in the environment of this split? What a guard holds back serves as well: taking it out ends the
-- guard, and leaves stable.
create or replace function serves_there(cur split, p_revision text) returns boolean language sql stable as $$
  select p_revision is not null and (p_revision = cur.stable or p_revision is not distinct from cur.candidate
    or exists (select from guard where app = cur.app and environment = cur.environment and closed_at is null
      and split_version = cur.version and former = p_revision));
$$;
