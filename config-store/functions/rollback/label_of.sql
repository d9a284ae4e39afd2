-- What people call a revision; its digest where it has no label.
create or replace function label_of(p_app text, p_revision text) returns text language sql stable as $$
  select coalesce((select label from revision where app = p_app and digest = p_revision), p_revision);
$$;
