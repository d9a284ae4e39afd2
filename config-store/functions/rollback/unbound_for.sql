-- What a revision needs that a gateway with this fingerprint has not; NULL where nothing is known to be missing.
create or replace function unbound_for(fingerprint jsonb, content jsonb) returns text language sql immutable as $$
  select coalesce(
    (select format('its environment has no provider "%s"', target->>'provider')
      from jsonb_array_elements(content->'chain') target
      where jsonb_typeof(fingerprint->'providers') = 'object' and not fingerprint->'providers' ? (target->>'provider')
      limit 1),
    case when jsonb_typeof(fingerprint->'retrievers') = 'array' and content->'retrieval'->>'by' = 'gateway'
        and not fingerprint->'retrievers' ? (content->'retrieval'->>'retriever')
      then format('its environment has no retriever "%s"', content->'retrieval'->>'retriever') end);
$$;
