-- Keeps samples.
create or replace function gateway_samples(p_samples jsonb) returns void language sql as $$
  insert into sample (id, app, environment, revision, arm, metadata, body, expires_at)
  select coalesce(id, gen_random_uuid()), app, gateway_environment(environment), revision, arm, metadata,
    decode(body, 'base64'), now() + "ttlMs" * interval '1 millisecond'
  from jsonb_to_recordset(p_samples) as row
    (id uuid, app text, environment text, revision text, arm text, metadata jsonb, body text, "ttlMs" bigint)
  on conflict (id) do nothing;
$$;
