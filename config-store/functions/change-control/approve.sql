-- Records somebody's approval for what they were shown.
create or replace function approve(
  p_release text, p_stage text, p_revision text, p_plan_digest text, p_evidence text, p_actor text, p_subject text,
  p_reason text
) returns jsonb language plpgsql as $$
declare
  rel release;
  asked jsonb;
  refused text;
begin
  rel := lock_release(p_release);
  asked := approval_asked(rel);
  refused := case when asked ->> 'stage' <> p_stage then 'not-asked' else approval_refusal(rel, asked, p_subject) end;
  if refused is not null then
    return jsonb_build_object('kind', refused, 'stage', rel.stage);
  end if;
  if (p_revision, p_plan_digest, p_evidence)
    is distinct from (asked ->> 'revision', asked ->> 'planDigest', asked ->> 'evidence') then
    return jsonb_build_object('kind', 'moved');
  end if;
  if not exists (select from valid_approvals(rel, p_stage) where subject = p_subject) then
    insert into approval (release_id, stage, revision, plan_digest, evidence, actor, subject, reason, expires_at)
    values (p_release, p_stage, p_revision, p_plan_digest, p_evidence, p_actor, p_subject, p_reason,
      now() + (rel.policy #>> '{approvals,expiresMs}')::bigint * interval '1 millisecond');
    perform append_audit(p_actor, 'release.approved', rel.app, rel.environment, rel.id, jsonb_build_object(
      'stage', p_stage, 'revision', p_revision, 'planDigest', p_plan_digest, 'evidence', p_evidence,
      'subject', p_subject, 'reason', p_reason));
    perform pg_notify('sluice_release', p_release);
  end if;
  asked := approval_asked(rel);
  return jsonb_build_object('kind', 'approved', 'given', jsonb_array_length(asked -> 'given'),
    'needed', asked -> 'needed');
end $$;
