import { confirmRollback } from './confirm-rollback.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { renewLease } from '../test-fixtures/renew-lease.ts';
import { createApp, environment, promote, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { press } from '../test-fixtures/press.ts';

const store = useDatabase();

describe('confirmRollback', () => {
  const beat = (gatewayId: string, app: string, version: number, at: string, ended = false) =>
    heartbeat(store.db, {
      gatewayId,
      bootId: 'boot',
      environment: at,
      acks: { [app]: version },
      refusals: {},
      fingerprint: {},
      ended,
    });

  it('waits for every live gateway, and no longer than the lease (invariants 19, 23)', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 2, environment);
    await beat('g2', app, 2, environment);
    await beat('gone', app, 2, environment, true);
    await press(store.db, app);
    const confirm = () => confirmRollback(store.db, { app, environment, version: 3 });
    expect(await confirm()).toEqual({
      confirmed: false,
      waitingFor: ['g1', 'g2'],
      silent: [],
      standby: 'none',
    });
    await beat('g1', app, 3, environment);
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: ['g2'], silent: [], standby: 'none' });
    // Cut off with a running lease it may still serve the candidate.
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds' where id = 'g2'`,
    );
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: [], silent: ['g2'], standby: 'none' });
    await store.db.query(`update split_history set lease_until = now() where app = $1 and version = 3`, [
      app,
    ]);
    expect(await confirm()).toEqual({ confirmed: true, waitingFor: [], silent: [], standby: 'none' });
  });

  it('does not wait for a boot that another one of the same gateway has replaced', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 2, environment);
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds', started_at = now() - interval '1 hour'`,
    );
    await press(store.db, app);
    const confirm = () => confirmRollback(store.db, { app, environment, version: 3 });
    expect(await confirm()).toEqual({ confirmed: false, waitingFor: [], silent: ['g1'], standby: 'none' });
    await heartbeat(store.db, {
      ...{
        gatewayId: 'g1',
        bootId: 'next boot',
        environment,
        acks: { [app]: 3 },
        refusals: {},
        fingerprint: {},
      },
    });
    expect(await confirm()).toEqual({ confirmed: true, waitingFor: [], silent: [], standby: 'none' });
  });

  it('waits for both of two live processes that have one name', async () => {
    const { app } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await store.db.query('delete from gateway_instance');
    await beat('g1', app, 3, environment);
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '1 second', started_at = now() - interval '1 hour'`,
    );
    const { version } = await press(store.db, app);
    const other = { gatewayId: 'g1', bootId: 'other', environment, refusals: {}, fingerprint: {} };
    await heartbeat(store.db, { ...other, acks: { [app]: version } });
    const confirm = () => confirmRollback(store.db, { app, environment, version });
    expect(await confirm()).toMatchObject({ confirmed: false, waitingFor: ['g1'] });
    await beat('g1', app, version, environment);
    expect(await confirm()).toMatchObject({ confirmed: true, waitingFor: [] });
  });

  it('waits for the lease of a candidate that an earlier rollback took out', async () => {
    const { app } = await createApp(store.db);
    await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await store.db.query('delete from gateway_instance');
    await beat('cut-off', app, 4, environment);
    await store.db.query(`update gateway_instance set heartbeat_at = now() - interval '6 seconds'`);
    await press(store.db, app);
    await press(store.db, app, { takeOut: 'b' });
    const confirm = () => confirmRollback(store.db, { app, environment, version: 6 });
    expect(await confirm()).toMatchObject({ confirmed: false, silent: ['cut-off'] });
    await store.db.query('update split_history set lease_until = now() where lease_until is not null');
    // The candidate is gone for certain; the stable revision that was taken out may not be, and that is said.
    expect(await confirm()).toEqual({
      confirmed: true,
      waitingFor: [],
      silent: ['cut-off'],
      standby: 'none',
    });
  });

  it('lets nobody renew the lease of a candidate that is taken out (invariant 23)', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const lease = { app, environment, releaseId: opened.release.id, ttlMs: 60_000 };
    expect(await renewLease(store.db, lease)).toEqual({ renewed: true });
    await press(store.db, app);
    expect(await renewLease(store.db, lease)).toEqual({ renewed: false });
  });
});
