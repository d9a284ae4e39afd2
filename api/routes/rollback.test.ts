import { randomUUID } from 'node:crypto';
import { heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { promote } from '../../config-store/test-fixtures/release-fixture.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { Active } from '../schemas/active.ts';
import type { KnownRevision, SplitChange } from '../schemas/history.ts';
import type { HealResult, RollbackResult } from '../schemas/rollback.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { createBank, startCanary, wakesOf } from '../test-fixtures/bank.ts';

const api = useApi();

function rollBack(app: string, { body = {}, ...call }: { body?: object; key?: string } = {}) {
  return api.post<RollbackResult & ProblemBody>(`/v1/apps/${app}/rollback`, {
    as: 'operator',
    ...call,
    body,
  });
}

const versionsOf = async (app: string) => {
  const { items } = await listHistory(api.db, { app, environment: 'production' });
  return items.map(({ version }) => version);
};

const gateway = (app: string, version: number) =>
  heartbeat(api.db, {
    ...{ gatewayId: `gateway of ${app}`, bootId: 'one', environment: 'production' },
    ...{ acks: { [app]: version }, refusals: {}, fingerprint: {} },
  });

it('takes the candidate out, tells the workflow, and is `already` when pressed again (invariant 8)', async () => {
  const { app, id } = await startCanary(api);
  const first = await rollBack(app, { body: { reason: 'complaints' } });
  expect([first.status, first.body]).toMatchObject([
    200,
    { result: 'done', version: 3, takenOut: 'b', serving: 'a' },
  ]);
  expect(await readRelease(api.db, id)).toMatchObject({ state: 'rolling_back', ending: 'aborted' });
  expect(await wakesOf(api, app)).toBe(1);
  const second = await rollBack(app);
  expect(second.body).toMatchObject({ result: 'already', version: 3, serving: 'a' });
  expect(await versionsOf(app)).toEqual([3, 2, 1]);
});

it('is found again in what the app has and what it has served, page by page', async () => {
  const { app, a, b, id } = await startCanary(api);
  const has = (query = '') =>
    api.get<{ items: KnownRevision[]; nextCursor?: string }>(`/v1/apps/${app}/revisions${query}`);
  const before = (await has()).body.items;
  expect(before).toMatchObject([
    { label: 'b', digest: b, state: 'candidate', releases: [{ id, state: 'progressing' }] },
    { label: 'a', digest: a, state: 'serves', releases: [], prompts: {} },
  ]);
  await rollBack(app, { body: { reason: 'complaints' } });
  const first = (await has('?limit=1')).body;
  const actor = expect.stringContaining('operator') as string;
  const condemned = { cause: 'person', actor, reason: 'complaints' };
  expect(first.items).toMatchObject([{ label: 'b', state: 'published', condemned }]);
  const rest = (await has(`?limit=1&cursor=${first.nextCursor ?? ''}`)).body;
  expect(rest).toMatchObject({ items: [{ label: 'a', state: 'serves' }] });
  expect(rest.nextCursor).toBeUndefined();
  expect((await has('?environment=staging')).body.items).toMatchObject([
    { label: 'b', state: 'published', releases: [] },
    { label: 'a', state: 'serves' },
  ]);
  const served = await api.get<{ items: SplitChange[] }>(`/v1/apps/${app}/history`);
  const stable = { label: 'a', digest: a };
  expect(served.body.items).toMatchObject([
    { version: 3, kind: 'rollback', stable, tookOut: [{ label: 'b', digest: b }] },
    { version: 2, kind: 'raise', stable, candidate: { label: 'b', digest: b, weight: 5 }, releaseId: id },
    { version: 1, kind: 'create', stable, tookOut: [] },
  ]);
  for (const list of ['revisions', 'history'])
    expect((await api.get(`/v1/apps/nobody/${list}`)).status).toBe(404);
});

it('goes back to the former stable revision, or to one that is named', async () => {
  const { app } = await createBank(api.db);
  await promote(api.db, app, 'b');
  expect((await rollBack(app)).body).toMatchObject({ result: 'done', takenOut: 'b', serving: 'a' });
  expect((await rollBack(app, { body: { to: 'b' } })).body).toMatchObject({ serving: 'b' });
  expect((await rollBack(app, { body: { takeOut: 'b', to: 'a' } })).body).toMatchObject({ serving: 'a' });
});

it('takes out what its maker saw, and says what serves to who names nothing (invariant 8)', async () => {
  const { app } = await createBank(api.db);
  await promote(api.db, app, 'b');
  await promote(api.db, app, 'c');
  expect((await rollBack(app)).body).toMatchObject({ takenOut: 'c', serving: 'b', standby: 'none' });
  const { body } = await rollBack(app);
  expect(body).toMatchObject({ result: 'already', takenOut: 'c', serving: 'b' });
  expect(Date.parse(body.servingSince ?? '')).toBe(Date.parse(body.takenOutAt ?? ''));
  expect((await rollBack(app, { body: { seen: { version: 5 } } })).body).toMatchObject({ result: 'already' });
  expect((await rollBack(app, { body: { seen: { version: 6 } } })).body).toMatchObject({
    ...{ takenOut: 'b', serving: 'a' },
    skipped: [{ revision: 'c', reason: expect.stringMatching(/^taken out by token:/) as unknown }],
  });
  expect((await rollBack(app, { body: { to: 'c', force: true } })).status).toBe(400);
});

it('is held to the policy like a release where it forces what never was stable (invariant 27)', async () => {
  const { app, b } = await createBank(api.db);
  const setPolicy = (policy: object) => api.post(`/v1/apps/${app}/policy`, { body: { policy } });
  const force = (to: string, as: Role = 'admin') =>
    api.post<RollbackResult & ProblemBody>(`/v1/apps/${app}/rollback`, {
      as,
      body: { to, force: true, reason: 'the only one in French' },
    });
  const freeze = { name: 'holidays', from: '2020-01-01T00:00', to: '2099-01-01T00:00', timezone: 'UTC' };
  const approvals = { steps: [{ fromWeight: 100 }] };
  await setPolicy({ mirror: { required: false } });
  expect((await force('b', 'operator')).body).toMatchObject({
    code: 'policy_violated',
    details: { violations: [{ rule: 'skip.evaluation' }] },
  });
  await setPolicy({ evaluation: { required: false }, skip: { hold: { role: 'admin' } } });
  expect((await force('b', 'operator')).body).toMatchObject({
    details: { violations: [{ rule: 'skip.hold' }] },
  });
  await setPolicy({ approvals });
  expect((await force('b')).body).toMatchObject({
    code: 'conflict',
    remedy: `Start a release: sluice release start --label b`,
  });
  await setPolicy({ freezes: [freeze] });
  expect((await force('b')).body).toMatchObject({ code: 'policy_violated', details: { freeze: 'holidays' } });
  expect(await versionsOf(app)).toEqual([1]);
  await setPolicy({});
  expect((await force('b')).body).toMatchObject({ result: 'done', serving: 'b', override: true });
  await setPolicy({ freezes: [freeze], approvals });
  expect((await force('a', 'operator')).body).toMatchObject({ result: 'done', serving: 'a' });
  expect((await force(b, 'operator')).body).toMatchObject({ result: 'done', serving: 'b' });
});

it('has staging follow, and says so beside what serves there, with a gateway that cannot', async () => {
  const { app, a } = await createBank(api.db);
  const b = await promote(api.db, app, 'b');
  const activeOfStaging = async () =>
    (await api.get<Active>(`/v1/apps/${app}/active?environment=staging`)).body;
  expect(await activeOfStaging()).toMatchObject({
    stable: { digest: b },
    follows: { outcome: 'followed', reason: 'production serves b', refusals: [] },
  });
  await rollBack(app);
  const { version, stable } = await activeOfStaging();
  expect([version, stable?.digest]).toEqual([3, a]);
  const refusal = { version, reason: 'The key in X is not set in this gateway.' };
  await heartbeat(api.db, {
    ...{ gatewayId: `staging of ${app}`, bootId: 'one', environment: 'staging' },
    ...{ acks: {}, refusals: { [app]: refusal }, fingerprint: {} },
  });
  expect((await activeOfStaging()).follows).toMatchObject({
    refusals: [{ gatewayId: `staging of ${app}`, reason: refusal.reason }],
  });
});

it('is one operation for one key, even where its answer was lost (invariant 18)', async () => {
  const { app } = await createBank(api.db);
  await promote(api.db, app, 'b');
  const key = randomUUID();
  const first = await rollBack(app, { key });
  await api.db.query('delete from idempotency_key where key = $1', [key]);
  const again = await rollBack(app, { key });
  expect(again.body).toEqual(first.body);
  expect(await versionsOf(app)).toHaveLength(4);
});

it('says which gateways do not serve it yet', async () => {
  const { app } = await startCanary(api);
  await gateway(app, 2);
  expect((await rollBack(app)).body).toMatchObject({ confirmed: false, waitingFor: [`gateway of ${app}`] });
  await gateway(app, 3);
  expect((await rollBack(app)).body).toMatchObject({ result: 'already', confirmed: true });
});

it('needs no Temporal (invariant 7)', async () => {
  const { app } = await startCanary(api);
  await api.temporalProxy.cut();
  const askedAt = performance.now();
  expect((await rollBack(app)).body).toMatchObject({ result: 'done', serving: 'a' });
  expect(performance.now() - askedAt).toBeLessThan(3_000);
  await api.temporalProxy.mend();
});

it('says what it cannot do', async () => {
  const { app } = await createBank(api.db);
  const problems = await Promise.all([
    rollBack('missing'),
    rollBack(app, { body: { takeOut: 'missing' } }),
    rollBack(app),
    rollBack(app, { body: { environment: 'nowhere' } }),
  ]);
  expect(problems.map(({ status, body }) => [status, body.code])).toEqual([
    [404, 'not_found'],
    [404, 'not_found'],
    [409, 'conflict'],
    [404, 'not_active'],
  ]);
});

it('heals a split once, however often the same request is sent (invariants 18 and 33)', async () => {
  const { app, a } = await createBank(api.db);
  await heartbeat(api.db, {
    ...{ gatewayId: `gateway of ${app}`, bootId: 'one', environment: 'production' },
    ...{ acks: {}, refusals: {}, fingerprint: {} },
    ahead: { [app]: { version: 119, stable: a, weight: 0, told: 1 } },
  });
  const heal = { as: 'operator' as const, key: randomUUID(), body: { reason: 'a lost write' } };
  const path = `/v1/apps/${app}/split/heal`;
  const first = await api.post<HealResult & ProblemBody>(path, heal);
  expect([first.status, first.body]).toMatchObject([200, { result: 'healed', version: 120, serving: 'a' }]);
  expect((await api.post<HealResult & ProblemBody>(path, heal)).body).toEqual(first.body);
  expect(await versionsOf(app)).toEqual([120, 1]);
  const viewer = { ...heal, as: 'viewer' as const, key: randomUUID() };
  expect((await api.post<HealResult & ProblemBody>(path, viewer)).status).toBe(403);
});
