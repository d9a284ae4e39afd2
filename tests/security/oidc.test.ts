import { createHmac, generateKeyPairSync } from 'node:crypto';
import { exchange } from '../../api/oidc/exchange.ts';
import { createSigningKeys } from '../../api/oidc/signing-keys.ts';
import type { ProblemBody } from '../../api/schemas/shared.ts';
import type { ExchangedToken, Trust } from '../../api/schemas/trusts.ts';
import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { startCanary } from '../../api/test-fixtures/bank.ts';
import { openEvents } from '../../api/test-fixtures/event-stream.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { sluice, useFolder } from '../../cli/test-fixtures/sluice.ts';
import type { OidcProvider } from '../../domain/access/oidc.ts';
import { OidcIssuer, signRs256 } from '../support/oidc-issuer.ts';

const [github, gitlab, stranger] = [new OidcIssuer(), new OidcIssuer(), new OidcIssuer()];
const issuers = new Map<string, OidcProvider>();
const api = useApi({ oidcIssuers: issuers });
const folder = useFolder();
const audience = 'https://sluice.example.com';

const ofGithub = {
  repository: 'bank/support',
  repository_id: '4711',
  repository_owner: 'bank',
  ref: 'refs/heads/main',
  environment: 'production',
  workflow_ref: 'bank/support/.github/workflows/release.yml@refs/heads/main',
  job_workflow_ref: 'bank/support/.github/workflows/release.yml@refs/heads/main',
  event_name: 'push',
  actor_id: '99',
  actor: 'ada',
  run_id: '1',
};
const pins = {
  provider: 'github',
  repositoryId: '4711',
  ref: 'refs/heads/main',
  environment: 'production',
  workflow: '.github/workflows/release.yml',
  audience,
  role: 'releaser',
};

beforeAll(async () => {
  await Promise.all([github, gitlab, stranger].map((each) => each.start()));
  issuers.set(github.url, 'github').set(gitlab.url, 'gitlab');
  github.claims = ofGithub;
  stranger.claims = ofGithub;
  gitlab.claims = {
    ...{ project_id: '12', project_path: 'bank/support', ref: 'main', ref_path: 'refs/heads/main' },
    ...{ environment: 'production', pipeline_source: 'push', user_id: '7', pipeline_id: '5' },
    ci_config_ref_uri: `${new URL(gitlab.url).host}/bank/support//.gitlab-ci.yml@refs/heads/main`,
  };
});
afterAll(() => Promise.all([github, gitlab, stranger].map((each) => each.stop())));

const trust = (body: object) =>
  api.post<Trust & ProblemBody>('/v1/trusts', { body: { ...pins, issuer: github.url, ...body } });
const keysOf = createSigningKeys({ cooldownMs: 0 });
/** What becomes of a token: `taken`, or the code of the refusal. Past HTTP, where wrong ones are slowed. */
const attempt = (token: string) =>
  exchange({ db: api.db, issuers, keysOf }, token).then(
    () => 'taken',
    (error: unknown) => (error as { code: string }).code,
  );

beforeAll(async () => {
  expect((await trust({ name: 'bank-ci', apps: ['bank'] })).status).toBe(201);
  const ofGitlab = { provider: 'gitlab', issuer: gitlab.url, repositoryId: '12', workflow: '.gitlab-ci.yml' };
  expect((await trust({ name: 'lab-ci', ...ofGitlab })).status).toBe(201);
});

it('a run that is trusted gets a token of its rights, once, by whoever its run was set off', async () => {
  const body = { token: github.token(audience) };
  const first = await api.post<ExchangedToken>('/v1/tokens/exchange', { as: undefined, body });
  expect([first.status, first.body]).toEqual([
    201,
    {
      ...{ token: expect.any(String) as unknown, expiresAt: expect.any(String) as unknown },
      ...{ trust: 'bank-ci', role: 'releaser', apps: ['bank'] },
    },
  ]);
  expect((await api.post<ProblemBody>('/v1/tokens/exchange', { as: undefined, body })).body.code).toBe(
    'unauthenticated',
  );
  const { token } = first.body;
  expect((await api.get('/v1/apps', { token })).status).toBe(200);
  expect(
    (await api.post<ProblemBody>('/v1/tokens', { token, body: { name: 'x', role: 'viewer' } })).status,
  ).toBe(403);
  const { rows } = await api.db.query<{ actor: string; subject: string }>(
    `select actor, details ->> 'subject' as subject from audit_entry where action = 'token.exchanged'`,
  );
  const host = new URL(github.url).host;
  expect(rows).toEqual([{ actor: 'ci:bank-ci', subject: `github:${host}:99` }]);
  const kept = await api.db.query('select 1 from exchanged_token where run::text like $1', [`%${token}%`]);
  expect(kept.rowCount).toBe(0);
});

it('GitLab’s run as well, once for each command of its job, but not for ever', async () => {
  const token = gitlab.token(audience);
  const outcomes: string[] = [];
  for (let i = 0; i < 12; i += 1) outcomes.push(await attempt(token));
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(10);
});

const nowS = () => Math.floor(Date.now() / 1000);

describe('no other run', () => {
  it.each<[string, Record<string, unknown>]>([
    ['of a repository that has taken over the name', { repository_id: '4712' }],
    [
      'of the repository under its new owner’s workflow',
      { workflow_ref: 'evil/x/.github/workflows/release.yml@refs/heads/main' },
    ],
    ['of a repository id that is a number', { repository_id: 4711 }],
    ['of a repository id in a list', { repository_id: ['4711'] }],
    [
      'without a repository id, whose sub says what was pinned',
      { repository_id: undefined, sub: 'repo:bank/support:environment:production' },
    ],
    ['of a pull request', { event_name: 'pull_request', ref: 'refs/pull/1/merge' }],
    ['of a pull request on the ref of its target', { event_name: 'pull_request_target' }],
    ['that an issue set off', { event_name: 'issue_comment' }],
    ['of another branch', { ref: 'refs/heads/evil' }],
    ['of a tag that is called like the branch', { ref: 'refs/tags/main' }],
    ['of a branch that only begins so', { ref: 'refs/heads/main2' }],
    ['of another environment', { environment: 'staging' }],
    ['of no environment', { environment: undefined }],
    ['of another workflow', { workflow_ref: 'bank/support/.github/workflows/test.yml@refs/heads/main' }],
    [
      'of the workflow of another branch',
      { workflow_ref: 'bank/support/.github/workflows/release.yml@refs/heads/evil' },
    ],
    ['of another case of letters', { ref: 'refs/heads/Main' }],
    ['without an actor', { actor_id: undefined }],
    ['that is over', { exp: nowS() - 60, iat: nowS() - 400 }],
    ['that has not begun', { nbf: nowS() + 600 }],
    ['from the future', { iat: nowS() + 600, exp: nowS() + 900 }],
    ['without an end', { exp: undefined }],
    ['for ever', { exp: nowS() + 10 * 365 * 86_400 }],
    ['without an id', { jti: undefined }],
    ['for another audience', { aud: 'https://other.example.com' }],
    ['for several audiences', { aud: [audience, 'https://other.example.com'] }],
    ['for none', { aud: undefined }],
    ['of an issuer that nobody named', { iss: 'https://evil.example.com' }],
    ['of an issuer in another spelling', { iss: 'http://LOCALHOST' }],
  ])('%s', async (_what, changes) => {
    expect(await attempt(github.token(audience, changes))).toBe('unauthenticated');
  });

  it.each([
    ['another project', { project_id: '13' }],
    [
      'a merge request’s pipeline of a branch called main',
      { ref: 'main', ref_path: 'refs/merge-requests/1/head' },
    ],
    ['a merge request’s event', { pipeline_source: 'merge_request_event' }],
    ['another file', { ci_config_ref_uri: 'gitlab.com/bank/support//other.yml@refs/heads/main' }],
    ['a fork’s file', { ci_config_ref_uri: 'gitlab.com/evil/support//.gitlab-ci.yml@refs/heads/main' }],
  ])('of GitLab: %s', async (_what, changes) => {
    expect(await attempt(gitlab.token(audience, changes))).toBe('unauthenticated');
  });

  it('of one provider that another one signs', async () => {
    // GitLab's key, GitHub's claims: the issuer decides how a token is read, and whose trusts count.
    expect(await attempt(gitlab.token(audience, { ...ofGithub, project_id: undefined }))).toBe(
      'unauthenticated',
    );
    expect(await attempt(gitlab.token(audience, { ...ofGithub, iss: github.url }))).toBe('unauthenticated');
    expect(await attempt(stranger.token(audience, { iss: github.url }))).toBe('unauthenticated');
  });
});

describe('no other signature', () => {
  const parts = () => github.token(audience).split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = () => parts()[1] ?? '';
  const publicPem = () => github.key.publicKey.export({ format: 'pem', type: 'spki' });
  const publicJwk = () => JSON.stringify(github.key.publicKey.export({ format: 'jwk' }));
  const hs256 = (secret: string | Buffer) => {
    const text = `${encode({ alg: 'HS256', typ: 'JWT', kid: github.key.kid })}.${claims()}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const byOwn = (header: object) =>
    signRs256(
      { alg: 'RS256', typ: 'JWT', ...header },
      JSON.parse(Buffer.from(claims(), 'base64url').toString()) as object,
      own.privateKey,
    );
  const ownJwk = () => ({ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS256', use: 'sig' });

  it.each<[string, () => string]>([
    ['none', () => `${encode({ alg: 'none' })}.${claims()}.`],
    [
      'None with the old signature',
      () => `${encode({ alg: 'None', kid: github.key.kid })}.${claims()}.${parts()[2] ?? ''}`,
    ],
    ['cut off', () => parts().slice(0, 2).join('.')],
    ['empty', () => `${parts().slice(0, 2).join('.')}.`],
    ['HS256 with the public key in PEM', () => hs256(publicPem())],
    ['HS256 with the public key as JWK', () => hs256(publicJwk())],
    ['HS256 with nothing', () => hs256('')],
    ['an own key under the issuer’s kid', () => byOwn({ kid: github.key.kid })],
    ['an own key without kid', () => byOwn({})],
    ['an own key with an unknown kid', () => byOwn({ kid: '../../etc/passwd' })],
    ['an own key with a kid that is a query', () => byOwn({ kid: "' or 1=1 --" })],
    ['an own key in jwk', () => byOwn({ kid: 'own', jwk: ownJwk() })],
    ['an own key at jku', () => byOwn({ kid: 'own', jku: `${stranger.url}/keys` })],
    ['an own key at x5u', () => byOwn({ kid: 'own', x5u: `${stranger.url}/cert` })],
    ['an own key in x5c', () => byOwn({ kid: 'own', x5c: ['MIIB'] })],
    ['the issuer’s, with an own jwk beside', () => github.token(audience, {}, { jwk: ownJwk() })],
    [
      'the issuer’s, with something critical',
      () => github.token(audience, {}, { crit: ['b64'], b64: false }),
    ],
    [
      'the issuer’s, over other claims',
      () =>
        `${parts()[0] ?? ''}.${encode({ ...ofGithub, iss: github.url, aud: audience, exp: nowS() + 60 })}.${parts()[2] ?? ''}`,
    ],
    ['five parts', () => `${github.token(audience)}.a.b`],
    ['no token at all', () => 'x'],
    ['dots', () => '..'],
  ])('%s', async (_what, forge) => {
    const before = stranger.keyReads;
    expect(await attempt(forge())).toBe('unauthenticated');
    expect(stranger.keyReads).toBe(before);
  });

  it('nor one of any length', async () => {
    const token = github.token(audience, { padding: 'x'.repeat(20_000) });
    const { body } = await api.post<ProblemBody>('/v1/tokens/exchange', { as: undefined, body: { token } });
    expect(['unauthenticated', 'rate_limited']).toContain(body.code);
  });
});

describe('the keys of an issuer', () => {
  it('are followed when it changes them, and the ones before count no more', async () => {
    const old = github.key;
    const before = github.token(audience);
    github.rotate();
    expect(await attempt(github.token(audience))).toBe('taken');
    expect(await attempt(before)).toBe('unauthenticated');
    const claims = JSON.parse(Buffer.from(before.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(await attempt(signRs256({ alg: 'RS256', kid: old.kid }, claims, old.privateKey))).toBe(
      'unauthenticated',
    );
  });

  it('are read at the issuer alone, and it is the one that was asked for', async () => {
    for (const discovery of [
      { issuer: github.url, jwks_uri: `${stranger.url}/keys` },
      { issuer: stranger.url, jwks_uri: `${github.url}/keys` },
    ]) {
      github.discovery = discovery;
      await expect(createSigningKeys()(github.url)).rejects.toMatchObject({ code: 'unreachable' });
    }
    github.discovery = undefined;
  });
});

describe('a trust', () => {
  it('is an admin’s, of no more than they may, and of an issuer that the operator names', async () => {
    const scoped = await createToken(api.db, {
      name: 'scoped',
      role: 'admin',
      apps: ['bank'],
      actor: 'test',
    });
    const make = (token: string, body: object) =>
      api.post('/v1/trusts', { token, body: { ...pins, issuer: github.url, name: 'more', ...body } });
    expect((await make(api.tokens.operator, {})).status).toBe(403);
    expect((await make(scoped.token, {})).status).toBe(403);
    expect((await make(scoped.token, { apps: ['other'] })).status).toBe(403);
    expect((await make(scoped.token, { apps: ['bank'], name: 'less' })).status).toBe(201);
    expect((await make(api.tokens.admin, { issuer: stranger.url })).status).toBe(400);
    expect((await make(api.tokens.admin, { issuer: gitlab.url })).status).toBe(400);
    for (const wrong of [
      { repositoryId: 'bank/support' },
      { ref: 'main' },
      { workflow: 'a@b' },
      { environment: undefined },
    ]) {
      expect((await make(api.tokens.admin, wrong)).status).toBe(400);
    }
    await api.post('/v1/trusts/less/remove');
  });

  it('that is removed ends the tokens that it gave, and what they have open', async () => {
    const { id, app } = await startCanary(api);
    await trust({ name: 'short', repositoryId: '5', apps: [app] });
    const run = github.token(audience, { repository_id: '5' });
    const { token } = (
      await api.post<ExchangedToken>('/v1/tokens/exchange', { as: undefined, body: { token: run } })
    ).body;
    const client = await openEvents(`${api.url}/v1/releases/${id}/events`, token);
    await client.until('the first event', () => true);
    expect((await api.post('/v1/trusts/short/remove')).body).toEqual({ name: 'short', removed: true });
    expect((await api.get('/v1/apps', { token })).status).toBe(401);
    expect(await client.ended()).toBe(true);
  });
});

it('the command needs no stored token in GitHub Actions', async () => {
  await trust({ name: 'actions', repositoryId: '6', audience: api.url });
  github.claims = { ...ofGithub, repository_id: '6' };
  const env = {
    SLUICE_API_URL: api.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?run=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.requestToken,
  };
  const ran = await sluice(['release', 'list'], { cwd: folder.path, env });
  expect(ran).toMatchObject({ code: 0 });
  github.claims = { ...ofGithub, repository_id: '6', ref: 'refs/heads/evil' };
  const other = await sluice(['release', 'list'], { cwd: folder.path, env });
  expect(other).toMatchObject({ code: 4 });
  expect(other.stderr).toContain('it is of another ref than what is trusted');
});
