-- Signs a review off: somebody has looked at what was done past the rules, and it was not who did it.
create or replace function sign_review(p_id bigint, p_actor text, p_subject text, p_note text, p_role text) returns jsonb
language plpgsql as $$
declare
  rev review;
  who text[];
begin
  select * into rev from review where id = p_id for update;
  if not found then
    raise exception 'There is no review %.', p_id using errcode = 'SL404', hint = 'See: sluice review list.';
  end if;
  if rev.signed_at is not null then
    return jsonb_build_object('kind', 'signed', 'signedBy', rev.signed_by, 'repeated', true);
  end if;
  who := coalesce(rev.subjects, '{}') || who_acts(rev.actor, rev.opened_at) || array(
    -- Through CI: whoever set it off.
    select author from release where id = rev.release_id and actor = rev.actor and author is not null);
  if rev.actor = p_actor or same_people(rev.app, who) && same_people(rev.app, array[p_subject]) then
    return jsonb_build_object('kind', 'own');
  end if;
  -- Whose an account of the operating system is, only its name tells, or the policy.
  if rev.actor like 'break-glass:%' and p_role <> 'admin' and cardinality(same_people(rev.app, who)) < 2
    and not exists (select from api_token where lower(subject) = any (same_people(rev.app, who))) then
    return jsonb_build_object('kind', 'unknown', 'account', substring(rev.actor from 13));
  end if;
  update review set signed_at = now(), signed_by = p_actor, signed_subject = p_subject, note = p_note where id = p_id;
  perform append_audit(p_actor, 'review.signed', rev.app, rev.environment, rev.release_id, jsonb_build_object(
    'review', p_id, 'kind', rev.kind, 'by', rev.actor, 'subject', p_subject, 'note', p_note));
  return jsonb_build_object('kind', 'signed', 'signedBy', p_actor, 'repeated', false);
end $$;
