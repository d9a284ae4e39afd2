import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { createBank, plan, start, startCanary } from '../../api/test-fixtures/bank.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { shippedPolicy } from '../../domain/policy/policy.ts';

// The stories "releaser to admin" and "releaser to 100 %", end to end: what somebody with a releaser's token can ask the
// API for, by every door that was found, and that nothing of it came true.

const api = useApi();

async function rights(): Promise<unknown[]> {
  const { rows } = await api.db.query<Record<string, unknown>>(
    `select to_jsonb(t) - 'last_used_at' as token from api_token t order by 1`,
  );
  return rows;
}

it('releaser to admin: no door makes more of a releaser', async () => {
  const { app } = await createBank(api.db);
  const { token } = await createToken(api.db, { name: 'ci', role: 'releaser', actor: 'test' });
  const before = await rights();
  const wanted = { name: 'mine', role: 'admin' };
  const issuer = 'https://token.actions.githubusercontent.com';
  const attempts: [string, object][] = [
    ['/v1/tokens', wanted],
    ['/v1/tokens', { ...wanted, role: 'releaser', content: true }],
    ['/v1/tokens', { ...wanted, role: 'viewer' }],
    ['/v1/tokens/admin/rotate', {}],
    ['/v1/tokens/operator/rotate', { overlap: '1h' }],
    ['/v1/tokens/ci/rotate', { role: 'admin' }],
    ['/v1/tokens/admin/revoke', {}],
    ['/v1/tokens/exchange', { token }],
    ['/v1/tokens/exchange', { issuer, token, role: 'admin' }],
    ['/v1/trusts', { name: 'mine', issuer, repositoryId: '1', role: 'admin' }],
    ['/v1/keys', { name: 'mine', apps: [app], scopes: ['call', 'prompts'] }],
    ['/v1/policy', { policy: {} }],
    ['/v1/policy/reset', {}],
    [`/v1/apps/${app}/policy`, { policy: {} }],
    [`/v1/apps/${app}`, { sampling: 'full', reports: 'judged' }],
    ['/v1/erasures', { subject: 'x', reason: 'x' }],
  ];
  for (const [path, body] of attempts) {
    const { status } = await api.post(path, { token, body });
    expect([path, [400, 401, 403, 404].includes(status)]).toEqual([path, true]);
  }
  // Nor by saying so beside the token.
  for (const headers of [
    { 'x-sluice-role': 'admin' },
    { 'x-sluice-actor': 'admin' },
    { 'x-forwarded-user': 'admin' },
  ]) {
    const answer = await fetch(`${api.url}/v1/tokens`, {
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(403);
  }
  expect(await rights()).toEqual(before);
});

const splitOf = async (app: string): Promise<unknown[]> =>
  (
    await api.db.query<object>(
      `select stable, candidate, weight, version from split where app = $1 and environment = 'production'`,
      [app],
    )
  ).rows;

it('releaser to 100 %: no door brings a revision past the policy', async () => {
  const { app, a, b } = await createBank(api.db);
  await publishPolicy(api.db, { scope: app, policy: shippedPolicy, actor: 'token:admin' });
  const before = await splitOf(app);
  const skipped = { skip: ['evaluation', 'mirror'], reason: 'urgent' };
  for (const more of [
    {},
    { plan: { ...plan, lease: '1d' } },
    { ...skipped },
    { plan: { evaluate: 'skip' }, ...skipped },
    { planName: 'hotfix' },
    { suites: [], plan: {} },
    { plan: {}, suites: [{ name: 'x', digest: 'x'.repeat(64), content: { tests: [] } }] },
    { environment: 'staging' },
    { policy: {} },
    { role: 'admin' },
  ]) {
    const { status } = await start(api, app, { more });
    expect([more, [400, 403, 404].includes(status)]).toEqual([more, true]);
  }
  const doors: [string, object][] = [
    [`/v1/apps/${app}/rollback`, { to: b, force: true, reason: 'x' }],
    [`/v1/apps/${app}/rollback`, { to: b }],
    [`/v1/apps/${app}/split/heal`, { to: b, reason: 'x' }],
    ['/v1/apps', { name: app, environments: ['production'], revision: b, stable: b }],
    [`/v1/apps/${app}/policy`, { policy: {} }],
    ['/v1/releases/rel_missing/promote', { reason: 'x' }],
  ];
  for (const [path, body] of doors) {
    const { status } = await api.post(path, { as: 'releaser', body });
    expect([path, status >= 400 && status < 500]).toEqual([path, true]);
  }
  expect(await splitOf(app)).toEqual(before);
  expect(before).toMatchObject([{ stable: a, candidate: null }]);
});

it('releaser to 100 %: nor by a jump of a release that is on', async () => {
  const { app, id, a, b } = await startCanary(api);
  await publishPolicy(api.db, { scope: app, policy: shippedPolicy, actor: 'token:admin' });
  const seen = { expectedStage: 'canary-5', expectedWeight: 5, expectedVersion: 2 };
  for (const body of [seen, { ...seen, reason: 'x' }, { ...seen, to: 100 }, { reason: 'x' }, {}]) {
    const { status } = await api.post(`/v1/releases/${id}/promote`, { as: 'releaser', body });
    expect([body, status >= 400 && status < 500]).toEqual([body, true]);
  }
  for (const path of ['approve', 'resume'])
    await api.post(`/v1/releases/${id}/${path}`, { as: 'releaser', body: { reason: 'x' } });
  expect(await splitOf(app)).toMatchObject([
    { stable: a, candidate: b, weight: expect.anything() as unknown },
  ]);
  const { rows } = await api.db.query('select kind, actor from command where release_id = $1', [id]);
  expect(rows.filter(({ kind }: { kind?: unknown }) => kind === 'promote')).toEqual([]);
});
