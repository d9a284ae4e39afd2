import { randomUUID } from 'node:crypto';
import { shippedPolicy } from '../../domain/policy/policy.ts';
import type { PolicyInForceAnswer, PolicyPage, PolicyReset, PublishedPolicy } from '../schemas/policies.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';

const api = useApi();
const newApp = () => `app-${randomUUID().slice(0, 8)}`;

it('shows what Sluice ships where nobody has published anything', async () => {
  const { body } = await api.get<PolicyInForceAnswer>(`/v1/apps/${newApp()}/policy`, { as: 'viewer' });
  expect(body).toMatchObject({ scope: '*', version: 0, policy: shippedPolicy });
});

it('publishes an app’s own policy, complete, before the app is there', async () => {
  const path = `/v1/apps/${newApp()}/policy`;
  const policy = { steps: { minHold: '1h' } };
  const first = await api.post<PublishedPolicy>(path, { body: { policy, reason: 'as agreed' } });
  expect([first.status, first.body]).toMatchObject([201, { version: 1, created: true, knownApp: false }]);
  const again = await api.post<PublishedPolicy>(path, { body: { policy } });
  expect([again.status, again.body.created]).toEqual([200, false]);
  const { body } = await api.get<PolicyInForceAnswer>(path);
  expect(body.policy).toEqual({ ...shippedPolicy, steps: { ...shippedPolicy.steps, minHold: '1h' } });
  const { items } = (await api.get<PolicyPage>(`${path}/history`)).body;
  expect(items).toMatchObject([{ version: 1, actor: 'token:admin', reason: 'as agreed' }]);
});

it('publishes the default policy', async () => {
  await api.post('/v1/policy', { body: { policy: { mirror: { required: true } } } });
  const { body } = await api.get<PolicyInForceAnswer>('/v1/policy');
  expect(body).toMatchObject({ scope: '*', version: 1, policy: { mirror: { required: true } } });
  expect((await api.get<PolicyPage>('/v1/policy/history')).body.items).toHaveLength(1);
});

it('resets an app’s own policy, for an admin alone', async () => {
  const path = `/v1/apps/${newApp()}/policy`;
  await api.post(path, { body: { policy: { steps: { minHold: '1h' } } } });
  const refused = await api.post(`${path}/reset`, { as: 'operator', body: {} });
  expect(refused.status).toBe(403);
  const first = await api.post<PolicyReset>(`${path}/reset`, { body: { reason: 'as all apps' } });
  expect([first.status, first.body]).toMatchObject([200, { scope: '*', reset: true }]);
  expect((await api.post<PolicyReset>(`${path}/reset`, { body: {} })).body.reset).toBe(false);
  const { items } = (await api.get<PolicyPage>(`${path}/history`)).body;
  expect(items).toMatchObject([{ version: 2, reason: 'as all apps' }, { version: 1 }]);
});

it.each([
  ['a rule that there is not', { steps: { minHolds: '1h' } }],
  ['a duration without a unit', { steps: { minHold: '5' } }],
  ['a lease that cannot be', { lease: { min: '2m', max: '1m' } }],
  ['a hold that no plan can have', { steps: { minHold: '30d' } }],
  ['a guardrail that there is not', { guardrails: { named: { latancy: {} } } }],
  ['a role that there is not', { skip: { evaluation: { role: 'ceo' } } }],
])('refuses %s', async (_what, policy) => {
  const { status, body } = await api.post<ProblemBody>('/v1/policy', { body: { policy } });
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});
