-- Up Migration

-- {app: {version, stable, candidate, weight, told}}: the newest split that a gateway has served, where this database
-- has only an older one (`told`; 0 for none) or another one of the same version: it was restored from a backup, or is a
-- replica that took over without the last writes. A version above all of these heals it.
alter table gateway_instance add column ahead jsonb not null default '{}';

-- Down Migration

alter table gateway_instance drop column ahead;
