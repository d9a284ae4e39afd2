-- Where a release has to be approved now: null where it has not.
create or replace function approval_asked(p_release release) returns jsonb language sql stable as $$
  select jsonb_build_object('stage', d.stage, 'needed', d.needed, 'revision', p_release.revision,
    'planDigest', p_release.plan_digest, 'evidence', shown_evidence_digest(p_release.id),
    'shown', shown_evidence(p_release.id), 'authors', to_jsonb(authors_of(p_release)),
    'role', p_release.policy #>> '{approvals,role}',
    'given', (select coalesce(jsonb_agg(jsonb_build_object('actor', a.actor, 'subject', a.subject, 'at', a.created_at,
        'expiresAt', a.expires_at, 'reason', a.reason) order by a.id), '[]')
      from valid_approvals(p_release, d.stage) as a))
  from demanded_approvals(p_release) as d
    left join split s on s.app = p_release.app and s.environment = p_release.environment
      and s.release_id = p_release.id
  where p_release.closed_at is null and d.stage = p_release.stage and coalesce(s.weight, -1) < d.weight;
$$;
