import { rollback } from '../splits/rollback.ts';
import { createApp, environment, publish, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { setApp } from '../apps/set-app.ts';
import { heartbeat } from './heartbeat.ts';
import { readGatewayView } from './read-gateway-view.ts';
import { readPinnedRevision } from './read-pinned-revision.ts';
import { readRevisions } from './read-revisions.ts';

const store = useDatabase();

describe('readGatewayView', () => {
  it('has the database time even where nothing is active', async () => {
    const view = await readGatewayView(store.db, { environment: 'nowhere' });
    expect(view.apps).toEqual({});
    expect(Math.abs(Date.parse(view.databaseTime) - Date.now())).toBeLessThan(60_000);
  });

  it('shows each app its split, and the age of its lease by the database clock (invariant 19)', async () => {
    const { app, a } = await createApp(store.db);
    const quiet = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await store.db.query(`update lease set renewed_at = now() - interval '42 seconds' where app = $1`, [app]);
    const { apps } = await readGatewayView(store.db, { environment });
    expect(apps[quiet.app]).toEqual({
      sampling: 'redacted',
      samplesPerSecond: expect.any(Number) as number,
      keepsFresh: true,
      split: {
        app: quiet.app,
        environment,
        version: 1,
        stable: quiet.a,
        weight: 0,
        include: [],
        exclude: [],
        salt: expect.any(String) as string,
      },
    });
    expect(apps[app]?.split).toMatchObject({ stable: a, candidate: opened.release.revision, weight: 5 });
    expect(apps[app]?.lease).toMatchObject({ releaseId: opened.release.id, ttlMs: 60_000 });
    expect(apps[app]?.lease?.ageMs).toBeGreaterThanOrEqual(42_000);
    expect(apps[app]?.lease?.ageMs).toBeLessThan(52_000);
    await rollback(store.db, { app, environment, actor: 'user:ada', reason: 'bad', operationId: 'x' });
    expect((await readGatewayView(store.db, { environment })).apps[app]).not.toHaveProperty('lease');
  });
});

it('gives a gateway the revisions that it names', async () => {
  const { app, a } = await createApp(store.db);
  const b = await publish(store.db, app, 'b');
  const revisions = await readRevisions(store.db, { app, digests: [a, b, 'rev_unknown'] });
  expect(revisions.map(({ label }) => label).sort()).toEqual(['a', 'b']);
  expect(await readPinnedRevision(store.db, { app, ref: b })).toMatchObject({ label: 'b' });
});

it('shares what an app keeps a second among the gateways that live', async () => {
  const { app } = await createApp(store.db);
  await setApp(store.db, { app, settings: { samplesPerSecond: 6 }, actor: 'user:ada' });
  const rate = async () => (await readGatewayView(store.db, { environment })).apps[app]?.samplesPerSecond;
  await store.db.query('delete from gateway_instance');
  expect(await rate()).toBe(6);
  const beat = { bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} };
  for (const gatewayId of ['one', 'two', 'three']) await heartbeat(store.db, { ...beat, gatewayId });
  expect(await rate()).toBe(2);
  await heartbeat(store.db, { ...beat, gatewayId: 'three', ended: true });
  await heartbeat(store.db, { ...beat, gatewayId: 'staging', environment: 'staging' });
  expect(await rate()).toBe(3);
});
