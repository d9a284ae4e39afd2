-- The stage whose share is in force; null where that is none of this release.
create or replace function served_stage(p_release text, p_cur split) returns text language sql stable as $$
  select stage_of(operation_id, p_release) from split_history
  where app = p_cur.app and environment = p_cur.environment and version = p_cur.version
    and kind = 'raise' and release_id = p_release and p_cur.release_id = p_release;
$$;
