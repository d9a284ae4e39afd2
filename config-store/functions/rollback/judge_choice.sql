-- Refuses what a person names with `--to` where it must not serve. Returns whether it is an override.
create or replace function judge_choice(p_app text, p_environment text, p_to text, p_force boolean) returns boolean
language plpgsql stable as $$
declare
  label text := label_of(p_app, p_to);
  standing verdict := condemnation(p_app, p_environment, p_to);
  wrong text := cannot_serve(p_app, p_environment, p_to);
begin
  if wrong is not null then
    raise exception '% cannot be served in %: %.', label, p_environment, rtrim(wrong, '.') using errcode = 'SL409',
      hint = 'Mend that first, or name another one with --to: what cannot be served helps nobody.',
      detail = json_build_object('revision', p_to, 'wrong', 'unservable');
  end if;
  if standing.cause in ('gate', 'guardrail') then
    wrong := format('was %s (%s UTC)', condemned_because(standing),
      to_char(standing.at at time zone 'utc', 'YYYY-MM-DD HH24:MI'));
  elsif not exists (select from split_history where app = p_app and environment = p_environment and stable = p_to) then
    wrong := 'was never stable there';
  end if;
  if wrong is null then return false; end if;
  if p_force then return true; end if;
  raise exception '% %.', label, rtrim(wrong, '.') using errcode = 'SL409',
    hint = 'To serve it all the same, say why: --force --reason "…".',
    detail = json_build_object('revision', p_to, 'wrong', coalesce(standing.cause, 'never-stable'));
end $$;
