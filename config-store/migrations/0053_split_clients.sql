-- Up Migration

-- Applications that decide by a streamed split themselves (docs/decisions/0080): which version of it they go by, as
-- gateways were told. Like gateways they are waited for while they are heard of.
create table split_client (
  environment text not null,
  app text not null references app (name),
  name text not null,
  boot_id text not null,
  version bigint not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (environment, app, name, boot_id)
);

-- Down Migration

drop table split_client;
