-- The newest word of a person to go on with a step before it has passed, as the API has recorded it.
create or replace function promotion_of(p_release text, p_stage text, p_version bigint) returns command language sql stable as $$
  select given from command as given
  where release_id = p_release and kind = 'promote'
    and (expected_stage is null or expected_stage = p_stage)
    and (expected_version is null or expected_version = p_version)
    and (result is null or result not like 'refused%')
  order by id desc limit 1;
$$;
