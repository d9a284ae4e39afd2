-- Is there something of a revision to take out: does it serve, or has the open release of the environment it in flight?
-- That is fenced off by a new version, even with nothing to undo.
create or replace function can_take_out(rel release, cur split, p_revision text) returns boolean language sql stable as $$
  select coalesce(serves_there(cur, p_revision)
    or (rel.closed_at is null and rel.revision = p_revision and rel.state <> 'rolling_back'), false);
$$;
