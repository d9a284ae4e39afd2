-- Did a gate of a release pass, by what the server measured? `p_kind` as in eval_run.
create or replace function gate_passed(p_release release, p_kind text) returns boolean language sql stable as $$
  select exists (select from eval_run where release_id = p_release.id and kind = p_kind
    and app = p_release.app and candidate = p_release.revision and decision #>> '{gate,outcome}' = 'pass');
$$;
