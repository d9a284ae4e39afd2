import { isDeepStrictEqual } from 'node:util';
import { rollback } from '../config-store/splits/rollback.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { describeLease } from './test-fixtures/lease-cases.ts';
import { gatewayKind } from './test-fixtures/gateway-kind.ts';
import { ask, createApp, environment, release, useGateways } from './test-fixtures/use-gateways.ts';

const gateways = useGateways();

const serves = (url: string, app: string, arm: string) =>
  waitFor(async () => (await ask(url, app)).arm === arm, { what: `${app} to be served by ${arm}` });

describe('a gateway', () => {
  describeLease(gateways, () => Promise.resolve(gatewayKind(gateways)));
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

it('a gateway that has never known anything says that it is not ready', async () => {
  const { url } = await gateways.start({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none' });
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await ask(url, 'bank')).status).toBe(404);
});
