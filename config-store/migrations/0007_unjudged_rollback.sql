-- Up Migration

-- Did this write find what it took out to be bad? A release that could not be measured is taken back as well, and its
-- revision may be released again as it is.
alter table split_history add column condemns boolean not null default true;

-- As roll_back, but it does not condemn what it takes out; what the same operation wrote before stays as it was.
create function roll_back_unjudged(
  p_app text, p_environment text, p_take_out text, p_to text, p_operation text, p_actor text, p_reason text,
  p_ending text
) returns jsonb language plpgsql as $$
declare
  repeated boolean := exists (select from split_history
    where app = p_app and environment = p_environment and operation_id = p_operation);
  result jsonb := roll_back(p_app, p_environment, p_take_out, p_to, p_operation, p_actor, p_reason, p_ending);
begin
  if not repeated then
    update split_history set condemns = false
    where app = p_app and environment = p_environment and operation_id = p_operation;
  end if;
  return result;
end $$;

-- Down Migration

drop function roll_back_unjudged;
alter table split_history drop column condemns;
