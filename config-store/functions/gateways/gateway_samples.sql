-- Keeps samples and, where redaction has altered one, the request as it came (`fresh`), if the app may. Whoever writes takes
-- away some whose hour is over, so that they go also where no reconciler runs.
create or replace function gateway_samples(p_samples jsonb) returns void language sql as $$
  delete from fresh_sample where id in (
    select id from fresh_sample where expires_at <= clock_timestamp() limit 200 for update skip locked);
  insert into sample (id, app, environment, revision, arm, metadata, body, altered, expires_at)
  select coalesce(id, gen_random_uuid()), app, gateway_environment(environment), revision, arm, metadata,
    decode(body, 'base64'), altered, now() + "ttlMs" * interval '1 millisecond'
  from jsonb_to_recordset(p_samples) as row
    (id uuid, app text, environment text, revision text, arm text, metadata jsonb, body text, altered boolean,
      "ttlMs" bigint)
  on conflict (id) do nothing;
  insert into fresh_sample (id, app, environment, subject, body, expires_at)
  select id, app, gateway_environment(environment), metadata ->> 'subject', decode(fresh, 'base64'),
    now() + least("freshTtlMs", 3600000) * interval '1 millisecond'
  from jsonb_to_recordset(p_samples) as row
    (id uuid, app text, environment text, metadata jsonb, fresh text, "freshTtlMs" bigint)
  where fresh is not null and "freshTtlMs" > 0 and keeps_fresh_samples(app)
  on conflict (id) do nothing;
$$;
