import { randomUUID } from 'node:crypto';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { closeRelease } from './close-release.ts';
import { storeLook } from '../looks/store-look.ts';
import { noteWaiting } from './progress/note-waiting.ts';
import { noteWatch } from './progress/note-watch.ts';
import { readHealth } from './read-health.ts';
import { recordCommand } from './commands/record-command.ts';
import { setProgress } from './progress/set-progress.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();

/** A release at 5 %, in an environment that no other test's gateways are in. */
async function atFive() {
  const { app } = await createApp(store.db);
  const opened = await startRelease(store.db, app, 'b');
  const releaseId = opened.release.id;
  const version = opened.splitVersion + 1;
  await raise(store.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  await noteWatch(store.db, { releaseId, workflow: 'running', queue: { pollers: 1, backlogMs: 0 } });
  const health = async () => (await readHealth(store.db, releaseId))[0];
  const beat = (gatewayId: string, acked: number, ended = false) =>
    heartbeat(store.db, {
      ...{ gatewayId, bootId: randomUUID(), environment, acks: { [app]: acked }, refusals: {} },
      ...{ fingerprint: {}, ended },
    });
  return { app, releaseId, version, health, beat };
}

beforeEach(() => store.db.query('delete from gateway_instance'));

describe('the health of a release, as its rows tell it', () => {
  it('has as served what live gateways have taken, and names those that have not (invariant 29)', async () => {
    const { version, health, beat } = await atFive();
    expect(await health()).toMatchObject({
      weight: { set: 5, served: 0 },
      gateways: { live: 0, missing: [] },
    });
    await beat('gw-1', version);
    expect(await health()).toMatchObject({ condition: 'well', weight: { set: 5, served: 5 }, says: [] });
    await beat('gw-2', version - 1);
    await beat('gw-said-goodbye', version - 1, true);
    await beat('gw-silent', version - 1);
    await store.db.query(
      `update gateway_instance set heartbeat_at = now() - interval '6 seconds' where id = 'gw-silent'`,
    );
    expect(await health()).toMatchObject({
      ...{ condition: 'waiting', weight: { set: 5, served: null } },
      gateways: { live: 2, missing: ['gw-2'] },
    });
  });

  it('names applications that decide themselves as it does gateways (29)', async () => {
    const { app, version, health, beat } = await atFive();
    await beat('gw-1', version);
    expect(await health()).not.toHaveProperty('clients');
    const ack = (name: string, acked: number) =>
      store.db.query('select client_acks($1, $2)', [
        environment,
        JSON.stringify([{ app, name, bootId: 'b', version: acked, ended: false }]),
      ]);
    await ack('worker-1', version);
    expect(await health()).toMatchObject({ condition: 'well', clients: 1, weight: { served: 5 } });
    await ack('worker-2', version - 1);
    expect(await health()).toMatchObject({
      ...{ condition: 'waiting', weight: { set: 5, served: null }, clients: 2 },
      gateways: { live: 1, missing: ['client worker-2'] },
    });
  });

  it('has nothing as served once the lease is over, whatever gateways have taken', async () => {
    const { releaseId, version, health, beat } = await atFive();
    await beat('gw-1', version);
    const { leaseLeftMs } = (await health()) ?? {};
    expect(leaseLeftMs).toBeGreaterThan(50_000);
    expect(leaseLeftMs).toBeLessThanOrEqual(60_000);
    await store.db.query(
      `update lease set renewed_at = now() - interval '61 seconds' where release_id = $1`,
      [releaseId],
    );
    expect(await health()).toMatchObject({
      ...{ condition: 'unattended', leaseLeftMs: 0, weight: { set: 5, served: 0 } },
    });
  });

  it('tells the age of the newest look', async () => {
    const { releaseId, version: splitVersion, health } = await atFive();
    expect(await health()).not.toHaveProperty('lookAgeMs');
    for (const look of [0, 1]) {
      await storeLook(store.db, {
        ...{ releaseId, stage: 'canary-5', look, splitVersion, counts: {}, judgement: {} },
      });
    }
    await store.db.query(
      `update evidence set measured_at = now() - (10 - look) * interval '1 minute' where release_id = $1`,
      [releaseId],
    );
    expect((await health())?.lookAgeMs).toBeGreaterThanOrEqual(540_000);
    expect((await health())?.lookAgeMs).toBeLessThan(600_000);
  });

  it('says who paused it last and why, and no longer once it goes on', async () => {
    const { releaseId, version, health, beat } = await atFive();
    await beat('gw-1', version);
    const decide = (kind: 'pause' | 'resume', actor: string, reason: string) =>
      recordCommand(store.db, { releaseId, kind, actor, reason, idempotencyKey: randomUUID() });
    await decide('pause', 'user:ada', 'lunch');
    expect((await health())?.says).toEqual([expect.stringContaining('paused by user:ada: lunch')]);
    await decide('resume', 'user:bob', 'back');
    await setProgress(store.db, { releaseId, stage: 'canary-5', progress: {} });
    await store.db.query(`update release set state = 'progressing' where id = $1`, [releaseId]);
    expect(await health()).toMatchObject({ condition: 'well', says: [] });
  });

  it('says what it waits for since when, until something valid is seen, or a stage begins', async () => {
    const { releaseId, version, health, beat } = await atFive();
    await beat('gw-1', version);
    const waiting = { releaseId, waitingFor: 'a valid measurement: the counts contradict each other' };
    await noteWaiting(store.db, waiting);
    const first = await health();
    expect(first).toMatchObject({ condition: 'blind', waitingFor: waiting.waitingFor });
    await noteWaiting(store.db, { ...waiting, waitingFor: 'a valid measurement: the gateway is silent' });
    // Another reason is no other beginning.
    expect((await health())?.waitingUntil).toBe(first?.waitingUntil);
    await setProgress(store.db, { releaseId, stage: 'canary-5', progress: {} });
    expect(await health()).toMatchObject({ condition: 'well' });
    expect(await health()).not.toHaveProperty('waitingFor');
    await noteWaiting(store.db, { releaseId, waitingFor: 'samples of production: 3 of 40', leftMs: 60_000 });
    expect(await health()).toMatchObject({ condition: 'waiting' });
    const leftMs = Date.parse((await health())?.waitingUntil ?? '') - Date.now();
    expect(Math.abs(leftMs - 60_000)).toBeLessThan(10_000);
    await setProgress(store.db, { releaseId, stage: 'canary-5', progress: {} });
    expect(await health()).not.toHaveProperty('waitingUntil');
  });

  it('is told of open releases alone', async () => {
    const { app } = await createApp(store.db);
    const { release } = await startRelease(store.db, app, 'b');
    expect(await readHealth(store.db, release.id)).toHaveLength(1);
    await closeRelease(store.db, {
      ...{ releaseId: release.id, outcome: 'failed', reason: 'over', actor: 'system:release' },
    });
    expect(await readHealth(store.db, release.id)).toEqual([]);
  });
});
