-- Up Migration

-- Keys may be for labels: then their requests say which segments they are of.
alter table gateway_key drop constraint gateway_key_scopes_check;
alter table gateway_key add constraint gateway_key_scopes_check
  check (cardinality(scopes) > 0 and scopes <@ array['call', 'outcomes', 'feedback', 'prompts', 'labels']);

-- Down Migration

delete from gateway_key where 'labels' = any (scopes);
alter table gateway_key drop constraint gateway_key_scopes_check;
alter table gateway_key add constraint gateway_key_scopes_check
  check (cardinality(scopes) > 0 and scopes <@ array['call', 'outcomes', 'feedback', 'prompts']);
