import { pino } from 'pino';
import { readGuard } from '../../config-store/guards/read-guards.ts';
import { createApp, raise, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { makeStable } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { watchGuards } from './watch-guards.ts';

const database = useDatabase();
const plan = planSchema.parse({ evaluate: 'skip', mirror: 'skip', guard: '60m' });

/** A release that was promoted with a guard. */
async function guarded(): Promise<string> {
  const { db } = database;
  const { app } = await createApp(db);
  const opened = await startRelease(db, app, 'b', plan);
  const { release, splitVersion } = opened;
  await raise(db, opened, { weight: 95, expectedVersion: splitVersion, operation: 'canary-100' });
  await makeStable(db, {
    ...{ releaseId: release.id, operationId: `${release.id}/finish`, expectedVersion: splitVersion + 1 },
    ...{ actor: 'system:release', reason: 'passed' },
  });
  return release.id;
}

it('ends every guard whose time is over while Temporal is away, and says that it is', async () => {
  const { db } = database;
  const releases = [await guarded(), await guarded(), await guarded()];
  await db.query(`update guard set opened_at = opened_at - interval '2 hours' where release_id = any ($1)`, [
    releases.slice(1),
  ]);
  const asked: string[] = [];
  const temporal = {
    start: (_type: unknown, { workflowId }: { readonly workflowId: string }) => {
      asked.push(workflowId);
      return Promise.reject(new Error('Temporal is away'));
    },
  };
  const log = pino({ level: 'silent' });
  await expect(watchGuards({ db, temporal, log, taskQueue: 't' })).rejects.toThrow('Temporal is away');
  const outcomes = await Promise.all(releases.map(async (id) => (await readGuard(db, id))?.outcome));
  expect(outcomes).toEqual([undefined, 'inconclusive', 'inconclusive']);
  expect(asked).toHaveLength(1);
});
