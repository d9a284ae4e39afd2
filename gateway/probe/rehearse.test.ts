import { randomUUID } from 'node:crypto';
import { publishRevision } from '../../config-store/revisions/publish-revision.ts';
import { readWayBack, rehearseWayBack, rehearseWaysBack } from '../../config-store/splits/rehearsal.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { createApp, environment, promote } from '../../config-store/test-fixtures/release-fixture.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { useGateways } from '../test-fixtures/use-gateways.ts';
import { outcomeOf } from './rehearse.ts';

const gateways = useGateways();
const press = (app: string, more: object = {}) =>
  rollback(gateways.stage.db, {
    ...{ app, environment, actor: 'user:ada', reason: 'bad answers', operationId: randomUUID(), ...more },
  });

const untilWay = (
  app: string,
  what: string,
  found: (way: Awaited<ReturnType<typeof readWayBack>>) => boolean,
) =>
  waitFor(
    async () => {
      const way = await readWayBack(gateways.stage.db, { app, environment });
      return found(way) ? way : undefined;
    },
    { what },
  );

it('knows that the way back is alive, and a press passes over one that is dead and names it (invariant 28)', async () => {
  const { db } = gateways.stage;
  // A revision's label is the model that it asks for: the simulator has two of these.
  const { app } = await createApp(db);
  const mini = await promote(db, app, 'atlas-mini');
  const large = await promote(db, app, 'atlas-large');
  await promote(db, app, 'atlas-huge');
  await gateways.start();
  await rehearseWaysBack(db);
  const ready = await untilWay(app, 'the way back to be tried', (way) => way?.outcome !== undefined);
  expect(ready).toMatchObject({ target: large, outcome: 'ready', skipped: [] });
  expect(ready.ageMs).toBeLessThan(60_000);

  await gateways.fault({ kind: 'server_error', status: 401, model: 'atlas-large' });
  await rehearseWayBack(db, { app, environment, createdAt: new Date(Date.now() + 1_000).toISOString() });
  const dead = await untilWay(app, 'the dead one to be found', (way) => (way?.skipped.length ?? 0) > 0);
  expect(dead).toMatchObject({ target: mini, skipped: [{ revision: large }] });
  expect(await press(app)).toMatchObject({
    serving: mini,
    skipped: [{ revision: large, reason: expect.stringMatching(/^openai\/atlas-large: 401 /) as unknown }],
  });
  // A person may know better: its key may be back by now.
  await gateways.fault();
  expect(await press(app, { to: 'atlas-large' })).toMatchObject({ serving: large, override: false });
});

it('refuses by name what no gateway can render, though nobody has tried it before', async () => {
  const { db } = gateways.stage;
  const { app, a } = await createApp(db);
  const content = revisionContentSchema.parse({
    chain: [{ provider: 'openai', model: 'atlas-mini' }],
    prompts: { default: { template: '{{#each}}' } },
  });
  await publishRevision(db, { app, label: 'broken', content, provenance: {}, actor: 'user:ada' });
  await gateways.start({ gatewayId: 'the-only-one' });
  await waitFor(
    async () => (await db.query(`select from gateway_instance where id = 'the-only-one'`)).rowCount === 1,
    { what: 'the gateway to be heard of' },
  );
  await db.query(`delete from gateway_instance where id <> 'the-only-one'`);
  await expect(press(app, { to: 'broken', force: true })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(
      /^broken cannot be served in production: .* \(the-only-one\)\.$/,
    ) as unknown,
  });
  expect(await readWayBack(db, { app, environment })).toMatchObject({ skipped: [] });
  expect(a).toMatch(/^rev_/);
});

it('calls a chain dead only where each target is known to be wrong', () => {
  const target = (status?: number) => ({
    ...{ target: 0, name: 'openai/m' },
    outcome:
      status === undefined
        ? ({ kind: 'answered' } as const)
        : ({ kind: 'failed', how: 'status', status, code: 'c', message: 'm' } as const),
  });
  expect(outcomeOf([target(401), target()]).outcome).toBe('ready');
  expect(outcomeOf([target(401), target(503)])).toEqual({
    outcome: 'unknown',
    reason: 'openai/m: 401 c; openai/m: 503 c',
  });
  expect(outcomeOf([target(404), target(401)]).outcome).toBe('dead');
});
