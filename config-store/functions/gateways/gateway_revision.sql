-- By its label, or the beginning of its digest; of two that could be meant both.
create or replace function gateway_revision(p_app text, p_label text, p_digits text) returns setof revision language sql stable as $$
  select * from revision where app = p_app and (label = p_label or starts_with(digest, 'rev_' || p_digits)) limit 2;
$$;
