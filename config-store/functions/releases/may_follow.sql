-- The graph of a release's states (invariant 4), as domain/release/release.ts has it; staying is always allowed.
-- `rolling_back` is the only way out once production was written.
create or replace function may_follow(p_from text, p_to text) returns boolean language sql immutable as $$
  select p_from = p_to or case p_from
    when 'starting' then p_to in ('progressing', 'rolling_back', 'failed', 'aborted', 'superseded')
    when 'progressing' then p_to in ('paused', 'rolling_back', 'promoted', 'blocked', 'inconclusive', 'aborted',
      'superseded', 'failed')
    -- A gate before production may end while somebody pauses the release.
    when 'paused' then p_to in ('progressing', 'rolling_back', 'blocked', 'inconclusive', 'aborted', 'superseded',
      'failed')
    when 'rolling_back' then p_to in ('rolled_back', 'aborted', 'superseded', 'failed')
    else false end;
$$;
