import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { answerRehearsal, type RehearsalOutcome } from '../gateway-view/rehearsals.ts';
import { heartbeat } from '../gateway-view/heartbeat.ts';
import { readWayBack, rehearseWaysBack } from './rehearsal.ts';
import { rollback } from './rollback.ts';
import { createApp, environment, promote } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
beforeEach(() => store.db.query('delete from gateway_instance'));

const press = (app: string, more: object = {}) =>
  rollback(store.db, {
    ...{ app, environment, actor: 'user:ada', reason: 'bad answers', operationId: randomUUID(), ...more },
  });
const way = (app: string) => readWayBack(store.db, { app, environment });
const beat = (gatewayId: string, bootId = 'boot') =>
  heartbeat(store.db, {
    ...{ gatewayId, bootId, environment, acks: {}, refusals: {}, fingerprint: {} },
  });
const answer = (
  app: string,
  revision: string,
  gatewayId: string,
  outcome: RehearsalOutcome,
  bootId = 'boot',
) =>
  answerRehearsal(store.db, {
    app,
    environment,
    revision,
    gatewayId,
    bootId,
    outcome,
    reason: 'openai/b: 401 no_key',
  });

/** Serves c, after b, after a; b was asked about, and g1 and g2 are alive. */
async function asked() {
  const { app, a } = await createApp(store.db);
  const b = await promote(store.db, app, 'b');
  await promote(store.db, app, 'c');
  await rehearseWaysBack(store.db);
  await beat('g1');
  await beat('g2');
  return { app, a, b };
}

it('takes the dead for dead only from a gateway that is alive and was not restarted since', async () => {
  const { app, a, b } = await asked();
  await answer(app, b, 'g1', 'dead');
  expect(await way(app)).toMatchObject({ target: a, skipped: [{ revision: b }] });
  await beat('g1', 'next boot');
  expect(await way(app)).toMatchObject({ target: b, skipped: [] });
  await answer(app, b, 'g1', 'dead');
  expect(await way(app)).toMatchObject({ target: a });
  await store.db.query(
    `update gateway_instance set heartbeat_at = now() - interval '6 seconds' where id = 'g1'`,
  );
  expect(await way(app)).toMatchObject({ target: b, skipped: [] });
});

it('takes the word of another gateway that has had an answer since', async () => {
  const { app, a, b } = await asked();
  await answer(app, b, 'g1', 'dead');
  expect(await way(app)).toMatchObject({ target: a });
  await answer(app, b, 'g2', 'ready');
  expect(await way(app)).toMatchObject({ target: b, outcome: 'ready', skipped: [] });
});

it('goes to what was found dead where nothing else is left, and says so (invariant 28)', async () => {
  const { app, a, b } = await asked();
  await answer(app, a, 'g1', 'dead');
  await answer(app, b, 'g1', 'dead');
  expect(await way(app)).toMatchObject({ target: b, outcome: 'dead' });
  expect(await press(app)).toMatchObject({
    ...{ kind: 'done', serving: b },
    skipped: [
      { revision: b, reason: 'openai/b: 401 no_key' },
      { revision: a, reason: 'openai/b: 401 no_key' },
    ],
  });
});

it('takes the word of a gateway alone for what it cannot bind, by the name of its process', async () => {
  const { app, a, b } = await asked();
  for (const gatewayId of ['g1', 'g2']) await answer(app, b, gatewayId, 'unbound', 'forged');
  expect(await way(app)).toMatchObject({ target: b, skipped: [] });
  for (const gatewayId of ['g1', 'g2']) await answer(app, b, gatewayId, 'unbound');
  expect(await way(app)).toMatchObject({ target: a, skipped: [{ revision: b }] });
});

it('goes back to what a person names though somebody holds the question', async () => {
  const { app, a, b } = await asked();
  const holder = new Client({ connectionString: store.url });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select from rehearsal where app = $1 for update', [app]);
    expect(await press(app, { to: 'b' })).toMatchObject({ kind: 'done', serving: b });
    await holder.query('lock table rehearsal');
    expect(await press(app, { to: 'a' })).toMatchObject({ kind: 'done', serving: a });
  } finally {
    await holder.end();
  }
});
