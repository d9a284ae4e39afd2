import { randomUUID } from 'node:crypto';
import { heartbeat, type Heartbeat } from '../../config-store/gateway-view/heartbeat.ts';
import { answerRehearsal, takeRehearsals } from '../../config-store/gateway-view/rehearsals.ts';
import { rehearseWaysBack } from '../../config-store/splits/rehearsal.ts';
import { promote, raise, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import {
  closeStableWatchRun,
  openStableWatchRun,
} from '../../config-store/stable-watch/stable-watch-runs.ts';
import type { Active, Serving } from '../schemas/active.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import type { StableWatch, StartedStableWatch } from '../schemas/watch/stable-watch.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { createBank } from '../test-fixtures/bank.ts';

const api = useApi();

/** An app that serves nothing yet. */
async function createEmpty(): Promise<string> {
  const name = `app-${randomUUID().slice(0, 8)}`;
  await api.post('/v1/apps', { body: { name } });
  return name;
}

describe('the stable watch of an app', () => {
  it('is off until an operator sets it, tells of its alarm beside what serves, and is lifted with a reason', async () => {
    const { app } = await createBank(api.db);
    const path = `/v1/apps/${app}/stable-watch`;
    expect((await api.get<StableWatch>(path)).body).toMatchObject({
      enabled: false,
      every: '30m',
      late: false,
    });
    expect((await api.post(path, { as: 'releaser', body: {} })).status).toBe(403);
    expect((await api.post(path, { body: { every: '10s' } })).status).toBe(400);
    const set = { every: '5m', callsPerDay: 10, usdPerDay: 1.5 };
    const { body } = await api.post<StableWatch>(path, { as: 'operator', body: set });
    expect(body).toMatchObject({ enabled: true, ...set, spent: { calls: 0, costUsd: 0 } });
    const run = await api.post<StartedStableWatch>(`${path}/run`, {});
    const again = await api.post<StartedStableWatch>(`${path}/run`, {});
    expect([run.status, again.body]).toEqual([202, run.body]);
    const { run: id } = run.body;
    await openStableWatchRun(api.db, { app, id, askedBy: 'user:ada' });
    await closeStableWatchRun(api.db, { id, outcome: 'broken', says: 'cases fail', targets: [] });
    const alarm = async () => (await api.get<Active>(`/v1/apps/${app}/active`)).body.alarm;
    expect(await alarm()).toMatchObject({ kind: 'broken', says: 'cases fail', run: id, holds: true });
    expect((await api.post(`${path}/lift`, { body: {} })).status).toBe(400);
    const lifted = await api.post<StableWatch>(`${path}/lift`, { body: { reason: 'it is the way out' } });
    expect(lifted.body.alarm).toMatchObject({ holds: false, liftedReason: 'it is the way out' });
    expect((await api.get<{ items: object[] }>(`${path}/runs`)).body.items).toMatchObject([
      { id, outcome: 'broken', label: 'a' },
    ]);
    await api.post(path, { body: { enabled: false } });
    expect(await alarm()).toBeUndefined();
  });
});

describe('the active value', () => {
  it('says what serves, and with how much of a candidate', async () => {
    const { app, a, b } = await createBank(api.db);
    const opened = await startRelease(api.db, app, 'b');
    await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
    const { body } = await api.get<Active>(`/v1/apps/${app}/active`);
    const chainOf = (model: string) => [{ provider: 'openai', model }];
    expect(body).toEqual({
      ...{ app, environment: 'production', version: 2 },
      stable: { label: 'a', digest: a, chain: chainOf('a') },
      // No gateway lives: what is set is served nowhere (invariant 29).
      candidate: {
        ...{ label: 'b', digest: b, chain: chainOf('b'), weight: 5, served: 0 },
        releaseId: opened.release.id,
      },
      // One press takes the candidate out; nobody has tried whether stable answers.
      rollback: { state: 'untried', to: 'a', skipped: [] },
    });
    const staging = await api.get<Active>(`/v1/apps/${app}/active?environment=staging`);
    expect([staging.body.version, staging.body.candidate]).toEqual([1, undefined]);
  });

  it('says where a rollback would go, and when that was tried', async () => {
    const { app, a } = await createBank(api.db);
    await promote(api.db, app, 'b');
    await rehearseWaysBack(api.db);
    const gateway = { environment: 'production', gatewayId: 'g1', bootId: 'one' };
    const [question] = await takeRehearsals(api.db, gateway);
    expect(question).toBeDefined();
    await answerRehearsal(api.db, {
      ...{ ...gateway, app, revision: a, outcome: 'ready' },
    });
    const { rollback } = (await api.get<Active>(`/v1/apps/${app}/active`)).body;
    expect(rollback).toMatchObject({ state: 'ready', to: 'a', skipped: [] });
    expect(rollback?.ageMs).toBeLessThan(60_000);
  });
});

describe('who serves it', () => {
  const beat = (gatewayId: string, what: Partial<Heartbeat>) =>
    heartbeat(api.db, {
      ...{ gatewayId, bootId: 'one', environment: 'production', acks: {}, refusals: {}, fingerprint: {} },
      ...what,
    });
  const servingOf = async (app: string, query = '') =>
    (await api.get<Serving>(`/v1/apps/${app}/gateways${query}`, { as: 'viewer' })).body;
  beforeEach(() => api.db.query('delete from gateway_instance'));

  it('is nobody while no gateway is alive', async () => {
    const { app } = await createBank(api.db);
    await beat('ended', { acks: { [app]: 1 }, ended: true });
    await beat('silent', { acks: { [app]: 1 } });
    await api.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds' where id = 'silent'`,
    );
    await beat('elsewhere', { acks: { [app]: 1 }, environment: 'staging' });
    expect(await servingOf(app)).toEqual({ app, environment: 'production', version: 1, gateways: [] });
  });

  it('is told of each live gateway, with the reason of one that refuses', async () => {
    const { app } = await createBank(api.db);
    const opened = await startRelease(api.db, app, 'b');
    await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
    const refusedAt = (version: number) => ({ refusals: { [app]: { version, reason: 'Set the key.' } } });
    await beat('behind', { acks: { [app]: 1 } });
    await beat('new', {});
    await beat('refused', refusedAt(2));
    await beat('refused the one before', refusedAt(1));
    await beat('serves', { acks: { [app]: 2 } });
    const { version, gateways } = await servingOf(app);
    expect(version).toBe(2);
    expect(gateways.sort((one, other) => one.gatewayId.localeCompare(other.gatewayId))).toEqual([
      { gatewayId: 'behind', state: 'waiting' },
      { gatewayId: 'new', state: 'waiting' },
      { gatewayId: 'refused', state: 'refused', reason: 'Set the key.' },
      { gatewayId: 'refused the one before', state: 'waiting' },
      { gatewayId: 'serves', state: 'serving' },
    ]);
    expect((await servingOf(app, '?environment=staging')).gateways).toEqual([]);
  });
});

it.each(['active', 'gateways'])(
  'is 404 for an unknown app, and for one that serves nothing (%s)',
  async (path) => {
    const unknown = await api.get<ProblemBody>(`/v1/apps/missing/${path}`);
    const none = await api.get<ProblemBody>(`/v1/apps/${await createEmpty()}/${path}`);
    expect([unknown.body.code, none.body.code]).toEqual(['not_found', 'not_active']);
    expect([unknown.status, none.status]).toEqual([404, 404]);
  },
);
