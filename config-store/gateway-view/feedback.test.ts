import { deleteExpired } from '../postgres/delete-expired.ts';
import { listFeedback } from '../releases/list-feedback.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { readFeedback, storeFeedback, type ToldFeedback } from './feedback.ts';

const store = useDatabase();

it('keeps the first of a name for each answer, is heard by all, counted for its release, and goes after a month', async () => {
  const { db } = store;
  const { app } = await createApp(db);
  const opened = await startRelease(db, app, 'b');
  await raise(db, opened, { weight: 5, expectedVersion: 1 });
  const of = (ref: string, more: Partial<ToldFeedback> = {}): ToldFeedback => ({
    ...{ app, ref, name: 'thumb', value: 'down', arm: 'candidate', splitVersion: 2 },
    answeredAt: new Date().toISOString(),
    ...more,
  });
  const tell = (...told: ToldFeedback[]) => storeFeedback(db, { environment, told });
  expect(
    await tell(of('r1'), of('r1', { value: 'up' }), of('r2', { value: 4.5, at: '2026-11-30T10:00:00Z' })),
  ).toEqual([
    ['r1', 'thumb'],
    ['r2', 'thumb'],
  ]);
  const late = new Date(Date.now() - 3_600_000).toISOString();
  expect(await tell(of('r1'), of('r1', { name: 'harm', value: true, answeredAt: late }))).toEqual([
    ['r1', 'harm'],
  ]);
  expect(await tell(of('r3', { app: 'nobody' }))).toEqual([]);
  expect(await storeFeedback(db, { environment: 'staging', told: [of('r1')] })).toHaveLength(1);

  const heard = await readFeedback(db, { environment, afterAt: undefined });
  expect(heard.map(({ ref, name, value }) => [ref, name, value])).toEqual([
    ['r1', 'thumb', 'down'],
    ['r2', 'thumb', 4.5],
    ['r1', 'harm', true],
  ]);
  const { receivedAt } = heard.at(-1)!;
  expect(await readFeedback(db, { environment, afterAt: receivedAt })).toHaveLength(3);
  const minuteLater = new Date(Date.parse(receivedAt) + 60_000).toISOString();
  expect(await readFeedback(db, { environment, afterAt: minuteLater })).toEqual([]);

  expect(await listFeedback(db, opened.release.id)).toEqual([
    { name: 'harm', value: true, arm: 'candidate', answers: 1, late: 1 },
    { name: 'thumb', value: 'down', arm: 'candidate', answers: 1, late: 0 },
    { name: 'thumb', value: 4.5, arm: 'candidate', answers: 1, late: 0 },
  ]);
  expect((await deleteExpired(db)).feedback).toBe(0);
  await db.query(`update feedback set received_at = now() - interval '31 days'`);
  expect((await deleteExpired(db)).feedback).toBe(4);
});
