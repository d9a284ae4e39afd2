-- Ends a guard whose time is over: all subjects get what is stable. That it has passed says its newest look, and nobody's
-- message; where too little was seen by then, nothing is taken back. Returns {kind, outcome}: `closed`, `not-over`, or
-- `ended` where it was over before.
create or replace function close_guard(p_release text, p_actor text) returns jsonb language plpgsql as $$
declare
  rel release := lock_release(p_release);
  cur split;
  own guard;
  newest evidence;
  outcome text;
  why text;
begin
  select * into cur from split where app = rel.app and environment = rel.environment for no key update;
  select * into own from guard where release_id = p_release for update;
  if not found then return jsonb_build_object('kind', 'ended'); end if;
  if own.closed_at is not null or own.split_version <> cur.version then
    return jsonb_strip_nulls(jsonb_build_object('kind', 'ended', 'outcome', own.outcome));
  end if;
  newest := newest_guard_look(p_release);
  if newest.judgement -> 'fail' = 'true' then return jsonb_build_object('kind', 'not-over'); end if;
  if newest.judgement ->> 'verdict' = 'pass'
    and held_ms(rel, cur.version, newest.measured_at) * 1.01 + 1000 >= own.hold_ms then
    outcome := 'passed';
    why := format('held for %s s, and nothing was found', round(own.hold_ms / 1000.0));
  elsif now() >= own.opened_at + own.hold_ms * interval '1.1 milliseconds' + interval '30 seconds' then
    outcome := 'inconclusive';
    why := 'its time is over, and too little was seen';
  else
    return jsonb_build_object('kind', 'not-over');
  end if;
  perform close_guard_row(own, outcome, why, p_actor, null);
  perform change_split(rel.app, rel.environment, cur.version, 'promote', p_release || '/guard', cur.stable, null, 0,
    cur.salt, null, p_release, '{}', null, p_actor, 'the guard is over: ' || why);
  return jsonb_build_object('kind', 'closed', 'outcome', outcome);
end $$;
