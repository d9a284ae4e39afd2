-- The digest of what is shown.
create or replace function shown_evidence_digest(p_release text) returns text language sql stable as $$
  select encode(sha256(convert_to(shown_evidence(p_release)::text, 'UTF8')), 'hex');
$$;
