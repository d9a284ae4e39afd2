import { isDeepStrictEqual } from 'node:util';
import { renewLease } from '../config-store/test-fixtures/renew-lease.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { ask, createApp, environment, release, useGateways } from './test-fixtures/use-gateways.ts';

const gateways = useGateways();

const serves = (url: string, app: string, arm: string) =>
  waitFor(async () => (await ask(url, app)).arm === arm, { what: `${app} to be served by ${arm}` });

describe('a candidate lives on a lease', () => {
  it('is left when nobody judges it any more, and taken up again when somebody does (19, 23)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const ttlMs = 1_500;
    const { releaseId } = await release(db, app, { weight: 100, ttlMs });
    const renew = () => renewLease(db, { releaseId, ttlMs });
    const { url } = await gateways.start();
    await renew();
    const lastJudgedMs = performance.now();
    await serves(url, app, 'candidate');
    await serves(url, app, 'stable');
    expect(performance.now() - lastJudgedMs).toBeLessThan(ttlMs + 100 + 1_000);
    expect(await ask(url, app)).toMatchObject({ status: 200, digest: stable, reason: 'lease-expired' });
    await renew();
    await serves(url, app, 'candidate');
  });

  it('is left when this gateway hears no more of the database, though others judge on (19, 23)', async () => {
    const { db } = gateways.stage;
    const proxy = await gateways.proxyToDatabase();
    const { app } = await createApp(db);
    const { releaseId } = await release(db, app, { weight: 100, ttlMs: 2_000 });
    const { url } = await gateways.start({ databaseUrl: proxy.url });
    await renewLease(db, { releaseId, ttlMs: 2_000 });
    await serves(url, app, 'candidate');
    await proxy.cut();
    await waitFor(
      async () => {
        await renewLease(db, { releaseId, ttlMs: 2_000 });
        return (await ask(url, app)).reason === 'lease-expired';
      },
      { what: 'the lease to run out here', intervalMs: 100 },
    );
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await proxy.mend();
    await serves(url, app, 'candidate');
  });

  it('is left at a rollback at once, which the gateway acks', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const { url } = await gateways.start({ gatewayId: 'acker', pollMs: 10_000 });
    expect((await ask(url, app)).arm).toBe('candidate');
    const { version } = await rollback(db, {
      app,
      environment,
      operationId: 'r',
      actor: 'user:ada',
      reason: 'bad',
    });
    await serves(url, app, 'stable');
    expect((await ask(url, app)).digest).toBe(stable);
    await waitFor(
      async () => {
        const { rows } = await db.query<{ acks: Record<string, number> }>(
          `select acks from gateway_instance where id = 'acker'`,
        );
        return rows[0]?.acks[app] === version;
      },
      { what: 'the ack' },
    );
  });
});

it('shows the database that it has lost a rollback, and does not go back (33)', async () => {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db);
  const { version: raised } = await release(db, app, { weight: 100 });
  const { url, adminUrl } = await gateways.start({ gatewayId: 'ahead' });
  const rolledBack = await rollback(db, {
    app,
    environment,
    operationId: 'r',
    actor: 'user:ada',
    reason: 'bad',
  });
  await serves(url, app, 'stable');
  await db.query(`begin; alter table split disable trigger split_version_grows;
    update split set version = ${raised}, candidate = h.candidate, weight = h.weight, release_id = h.release_id
    from split_history h where h.app = split.app and h.environment = split.environment and h.version = ${raised}
      and split.app = '${app}';
    alter table split enable trigger split_version_grows; commit`);
  const lost = { version: rolledBack.version, told: raised, weight: 0, stable };
  await waitFor(
    async () => {
      const { rows } = await db.query<{ ahead: unknown; acks: object }>(
        `select ahead->'${app}' as ahead, acks from gateway_instance where id = 'ahead'`,
      );
      return isDeepStrictEqual(rows[0]?.ahead, lost) && !(app in (rows[0]?.acks ?? {}));
    },
    { what: 'the database to be told' },
  );
  expect(await ask(url, app)).toMatchObject({ arm: 'stable', digest: stable, version: rolledBack.version });
  expect(await (await fetch(`${adminUrl}/readyz`)).json()).toMatchObject({
    status: 'ready',
    ahead: { [app]: lost },
  });
  expect(await (await fetch(`${adminUrl}/metrics`)).text()).toContain(
    `sluice_database_behind{app="${app}"} 1`,
  );
});

describe('the last known stable', () => {
  it('is served from disk after a start without the database, and never a candidate (19)', async () => {
    const { db } = gateways.stage;
    const proxy = await gateways.proxyToDatabase();
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const settings = { gatewayId: 'from-disk', databaseUrl: proxy.url };
    const first = await gateways.start(settings);
    expect((await ask(first.url, app)).arm).toBe('candidate');
    await gateways.stop(first);
    await proxy.cut();
    const second = await gateways.start(settings);
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
    expect(await ask(second.url, app)).toMatchObject({
      status: 200,
      digest: stable,
      reason: 'lease-expired',
    });
    await proxy.mend();
    await serves(second.url, app, 'candidate');
  });

  it('a gateway that has never known anything says that it is not ready', async () => {
    const { url } = await gateways.start({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await ask(url, 'bank')).status).toBe(404);
  });
});
