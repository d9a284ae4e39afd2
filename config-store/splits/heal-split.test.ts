import { randomUUID } from 'node:crypto';
import { closeRelease } from '../releases/close-release.ts';
import { queryOne } from '../postgres/db.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { healSplit } from './heal-split.ts';
import { rollback } from './rollback.ts';
import {
  createApp,
  environment,
  promote,
  publish,
  raise,
  startRelease,
} from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const heal = (app: string, to?: string) =>
  healSplit(store.db, {
    ...{ app, environment, to, operationId: randomUUID(), actor: 'user:ada', reason: 'a lost write' },
  });

it('holds a name that no gateway has served to the rules of a rollback', async () => {
  const { app, a } = await createApp(store.db);
  await promote(store.db, app, 'b');
  const never = await publish(store.db, app, 'never');
  const { release } = await startRelease(store.db, app, 'blocked');
  const gate = { outcome: 'blocked', reason: 'a critical case failed', actor: 'system:release' } as const;
  await closeRelease(store.db, { ...gate, releaseId: release.id });
  const ahead = (gatewayId: string, stable: string) =>
    heartbeat(store.db, {
      ...{ gatewayId, bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} },
      ahead: { [app]: { version: 9, stable, weight: 0, told: 3 } },
    });
  await ahead('g1', never);
  await ahead('g2', a);
  await expect(heal(app)).rejects.toMatchObject({ code: 'conflict' });
  await expect(heal(app, 'blocked')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^blocked was blocked by a gate: a critical case failed/) as unknown,
    remedy: expect.stringContaining('sluice rollback --to') as unknown,
  });
  // What one of them has served is right where a person says so, whatever the database knows of it.
  await expect(heal(app, 'never')).resolves.toMatchObject({ kind: 'healed', version: 10, serving: never });
});

it('heals with a former stable revision that no gateway has served newly', async () => {
  const { app, a } = await createApp(store.db);
  const b = await promote(store.db, app, 'b');
  await heartbeat(store.db, {
    ...{ gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} },
    ahead: { [app]: { version: 9, stable: b, weight: 0, told: 3 } },
  });
  await expect(heal(app, 'a')).resolves.toMatchObject({ kind: 'healed', version: 10, serving: a });
});

it('makes what serves good again, and says what gateways had left', async () => {
  const { app, a } = await createApp(store.db);
  const b = await promote(store.db, app, 'b');
  const press = { app, environment, actor: 'user:bob', reason: 'bad answers' };
  await rollback(store.db, { ...press, operationId: randomUUID() });
  await heartbeat(store.db, {
    ...{ gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} },
    // A `--to b` that is lost, and what took a out.
    ahead: { [app]: { version: 9, stable: b, weight: 0, told: 4 } },
  });
  await expect(heal(app)).resolves.toMatchObject({
    ...{ kind: 'healed', version: 10, serving: b },
    cleared: 'taken out by user:bob: bad answers',
  });
  const c = await promote(store.db, app, 'c');
  const back = await rollback(store.db, { ...press, takeOut: c, operationId: randomUUID() });
  expect(back).toMatchObject({ kind: 'done', serving: b, skipped: [] });
  await heartbeat(store.db, {
    ...{ gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {} },
    ahead: { [app]: { version: 30, stable: a, weight: 0, told: 12 } },
  });
  await expect(heal(app)).resolves.toMatchObject({ version: 31, serving: a, condemned: b });
});

it('lets no write pass what gateways have served of a lost history, until it is healed (invariant 33)', async () => {
  const { app, a } = await createApp(store.db);
  const b = await promote(store.db, app, 'b');
  const { version } = await queryOne<{ version: number }>(
    store.db,
    'select version::int from split where app = $1',
    [app],
  );
  // A rollback to a, of which the database knows nothing.
  const ahead = { [app]: { version: version + 1, stable: a, weight: 0, told: version } };
  const beat = () =>
    heartbeat(store.db, {
      ...{ gatewayId: 'g1', bootId: 'boot', environment, acks: {}, refusals: {}, fingerprint: {}, ahead },
    });
  await beat();
  // As a release that is taken back: the version is one that gateways know with another content, and refuse.
  const opened = await startRelease(store.db, app, 'c');
  await raise(store.db, opened, { weight: 5, expectedVersion: version });
  const press = {
    app,
    environment,
    actor: 'system:release',
    reason: 'no worker',
    ending: 'failed' as const,
    takeOut: 'c',
  };
  const back = () => rollback(store.db, { ...press, operationId: randomUUID() });
  await expect(back()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`g1 serves a since a version ${version + 1}`) as unknown,
    remedy: expect.stringContaining(`sluice split heal ${app}`) as unknown,
  });
  await expect(heal(app)).resolves.toMatchObject({ version: version + 2, serving: a, condemned: b });
  // The gateway has not heard of it yet.
  await beat();
  await expect(back()).resolves.toMatchObject({ kind: 'done', serving: a, version: version + 3 });
  // A person presses again, not knowing that the first press was lost and is healed.
  const again = { app, environment, actor: 'user:ada', reason: 'bad', operationId: randomUUID() };
  await expect(rollback(store.db, again)).resolves.toMatchObject({ kind: 'already', serving: a });
});
