import { sql, type Forgery } from './forgery.ts';

/** Of what the log records. */
export const stateForgeries: readonly Forgery[] = [
  sql(
    'more weight',
    `update split set weight = 50, candidate = (select digest from revision where app = split.app and
    digest <> split.stable limit 1)`,
  ),
  sql(
    'another stable',
    `update split set stable = (select digest from revision where app = split.app and digest <> split.stable limit 1)`,
  ),
  sql(
    'another stable, as its owner',
    `update split set version = version + 1, stable = (select digest from revision
    where app = split.app and digest <> split.stable limit 1)`,
    { withTriggers: true },
  ),
  sql('another salt', `update split set salt = 'mine'`),
  sql('who is always in', `update split set include = '{eve}'`),
  sql('a version of history changed', 'update split_history set weight = 1 where version = 2'),
  sql(
    'a version of history changed, as its owner',
    `update split_history set actor = 'user:eve' where version = 2`,
    { withTriggers: true },
  ),
  sql('a version of history gone', 'delete from split_history where version = 2'),
  sql(
    'a version of history invented',
    `insert into split_history select app, environment, 999, stable, candidate, weight,
    include, exclude, salt, counting, release_id, kind, 'mine', took_out, lease_until, reason, actor, at, condemns, details
    from split_history where version = 1`,
  ),
  sql('history and split emptied', 'delete from split_history; delete from split'),
  sql(
    'a token invented',
    `insert into api_token (id, name, role, hash, subject) values ('tok_x', 'x', 'admin', '\\x01', 'x')`,
  ),
  sql(
    'a token invented, as its owner',
    `insert into api_token (id, name, role, hash, subject) values ('tok_x', 'x', 'admin', '\\x01', 'x')`,
    { withTriggers: true },
  ),
  sql('a token raised', `update api_token set role = 'admin'`),
  sql('a token raised, as its owner', `update api_token set role = 'admin'`, { withTriggers: true }),
  sql('a token exchanged', `update api_token set hash = decode(repeat('00', 32), 'hex') where name = 'b-ci'`),
  sql('a revoked token valid again', 'update api_token set revoked_at = null where revoked_at is not null'),
  sql('a token gone', `delete from api_token where name = 'b-old'`),
  sql(
    'a verdict turned round',
    `update verdict set kind = 'cleared', cause = 'choice' where kind = 'condemned'`,
  ),
  sql('a verdict gone', 'delete from verdict where id = (select max(id) from verdict)'),
  sql(
    'a verdict invented, as its owner',
    `insert into verdict (app, environment, revision, kind, cause, actor, reason)
    select app, 'production', digest, 'condemned', 'person', 'user:ada', 'x' from revision limit 1`,
    { withTriggers: true },
  ),
  sql(
    'another prompt under an old digest',
    `update revision set content = '{"mine": true}' where label = 'early'`,
  ),
  sql('a label on another revision', `update revision set label = label || '-x' where label = 'early'`),
  sql('another author of a revision', `update revision set created_by = 'user:bob'`),
  sql('a softer policy', `update policy set body = jsonb_set(body, '{skip}', '{}')`),
  sql('a policy gone', 'delete from policy'),
  sql('evidence changed', `update evidence set judgement = '{"verdict": "pass"}' where look = 2`),
  sql('counts of evidence changed', `update evidence set counts = '{"bad": 0}' where look = 1`),
  sql('evidence gone', 'delete from evidence where look = 2'),
  sql(
    'evidence invented',
    `insert into evidence select release_id, stage, 3, split_version, counts, judgement from evidence where look = 2`,
  ),
  sql('a failed stage passed', `update stage_result set outcome = 'pass'`),
  sql('a gate turned round', `update eval_run set decision = '{"gate": {"outcome": "pass"}}'`),
  sql(
    'a gate turned round, as its owner',
    `alter table eval_run disable trigger decided_run_stays;
     update eval_run set decision = '{"gate": {"outcome": "pass"}}'`,
    { withTriggers: true },
  ),
  sql('another plan of a release', `update release set plan = '{}'`),
  sql('another who began a release', `update release set actor = 'user:eve'`),
  sql(
    'a release ended by nobody, as its owner',
    `alter table release disable trigger release_is_guarded;
    update release set state = 'failed' where state = 'aborted';
    alter table release enable trigger release_is_guarded`,
    { withTriggers: true },
  ),
  sql('a command of somebody else', `update command set actor = 'user:eve'`),
  sql(
    'a command invented, as its owner',
    `insert into command (release_id, kind, actor, idempotency_key)
    select id, 'promote', 'user:ada', 'mine' from release limit 1`,
    { withTriggers: true },
  ),
  sql('another person’s approval', `update approval set subject = 'eve'`),
  sql('an approval of another stage', `update approval set stage = 'canary-100'`),
  sql('an approval that does not end', `update approval set expires_at = 'infinity'`),
  sql('an approval gone', 'delete from approval'),
  sql(
    'an approval invented, as its owner',
    `insert into approval (release_id, stage, revision, plan_digest, evidence, actor, subject, expires_at)
    select release_id, stage, revision, plan_digest, evidence, 'token:eve', 'eve', expires_at from approval limit 1`,
    { withTriggers: true },
  ),
  sql('a review signed off by nobody', `update review set signed_at = now(), signed_by = 'token:bob'`),
  sql(
    'a review signed off by nobody, as its owner, beside something else',
    `update review set signed_at = now(), signed_by = 'token:bob' where signed_at is null;
    select append_audit('user:eve', 'x.y', null, null, null, '{}')`,
    { withTriggers: true },
  ),
  sql('a review gone', 'delete from review where signed_at is null'),
  sql(
    'a review gone, as its owner, beside something else',
    `delete from review where signed_at is null; select append_audit('user:eve', 'x.y', null, null, null, '{}')`,
    { withTriggers: true },
  ),
  sql('a review of somebody else', `update review set actor = 'user:eve', subjects = '{eve}'`),
  sql(
    'the glass broken with no review',
    `alter table audit_entry disable trigger audit_opens_review;
    select append_audit('break-glass:eve', 'x.y', null, null, null, '{}');
    alter table audit_entry enable trigger audit_opens_review`,
    { withTriggers: true },
  ),
  sql('reviews opened no more', 'alter table audit_entry disable trigger audit_opens_review', {
    withTriggers: true,
  }),
  sql('raises approved no more', 'drop trigger raise_is_approved on split', { withTriggers: true }),
  sql('another repository trusted', `update oidc_trust set repository_id = '666'`),
  sql('a trust raised, as its owner', `update oidc_trust set role = 'admin'`, { withTriggers: true }),
  sql(
    'a trust invented, as its owner',
    `insert into oidc_trust select 'mine', 'mine', provider, issuer, audience, '666', ref, environment, workflow, events,
      'admin', apps, actions, ttl_ms, made_by, created_at, removed_at from oidc_trust limit 1`,
    { withTriggers: true },
  ),
  sql('a run’s token for longer', `update exchanged_token set expires_at = 'infinity'`),
  sql(
    'a run’s token invented, as its owner',
    `insert into exchanged_token (id, trust_id, hash, subject, run, expires_at)
    select 'mine', trust_id, '\\x02', subject, run, 'infinity' from exchanged_token limit 1`,
    { withTriggers: true },
  ),
  sql('a key of other apps', `update gateway_key set apps = '{other}'`),
  sql('a revoked key valid again', 'update gateway_key set revoked_at = null, name = id'),
  sql('samples kept that were not to be', `update app set sampling = 'full'`),
  sql(
    'rows written down anew by the forger',
    `update split set version = version + 1, salt = 'mine';
    insert into audit_entry (actor, action, details) select 'system:migration', 'state.sealed', jsonb_build_object('table', 'split',
      'baseline', true, 'columns', state_columns(to_jsonb(split), '{}'),
      'rows', jsonb_build_object(state_key(to_jsonb(split), '{app,environment}'), state_digest(to_jsonb(split), state_columns(to_jsonb(split), '{}'))))
    from split limit 1`,
    { withTriggers: true },
  ),
  sql(
    'the digests’ function exchanged',
    `create or replace function state_digest(p_row jsonb, p_columns text[]) returns text
    language sql immutable as $$ select 'x' $$; update split set weight = 0, version = version + 1, salt = 'mine'`,
    { withTriggers: true },
  ),
  sql('a guard off', 'alter table audit_entry disable trigger audit_is_append_only', { withTriggers: true }),
  sql('a guard gone', 'drop trigger state_is_sealed on api_token', { withTriggers: true }),
  sql('a table emptied', 'alter table evidence disable trigger state_is_never_emptied; truncate evidence', {
    withTriggers: true,
  }),
  {
    name: 'log and state of yesterday put back',
    async forge(client, { heads }) {
      const [, yesterday] = heads;
      await client.query('delete from audit_entry where position > $1', [yesterday?.number]);
      for (const table of [
        'api_token',
        'verdict',
        'split_history',
        'evidence',
        'stage_result',
        'command',
        'eval_run',
      ]) {
        await client.query(`delete from ${table}`);
      }
    },
  },
];
