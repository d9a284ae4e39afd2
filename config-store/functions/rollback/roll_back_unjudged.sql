-- For programs of the version before, while both run.
create or replace function roll_back_unjudged(
  p_app text, p_environment text, p_take_out text, p_to text, p_operation text, p_actor text, p_reason text,
  p_ending text
) returns jsonb language sql as $$
  select roll_back(p_app, p_environment, p_take_out, p_to, p_operation, p_actor, p_reason, p_ending, false);
$$;
