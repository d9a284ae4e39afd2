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
  const tell = async (...told: ToldFeedback[]) => (await storeFeedback(db, { environment, told })).kept;
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
  expect((await storeFeedback(db, { environment: 'staging', told: [of('r1')] })).kept).toHaveLength(1);

  const events = ['thumb', 'harm'].map((name) => ({ app, name }));
  const read = (afterAt?: string) => readFeedback(db, { environment, events, afterAt });
  const heard = await read();
  expect(heard.map(({ ref, name, value }) => [ref, name, value])).toEqual([
    ['r1', 'thumb', 'down'],
    ['r2', 'thumb', 4.5],
    ['r1', 'harm', true],
  ]);
  const { receivedAt } = heard.at(-1)!;
  expect(await read(receivedAt)).toHaveLength(3);
  const minuteLater = new Date(Date.parse(receivedAt) + 60_000).toISOString();
  expect(await read(minuteLater)).toEqual([]);
  for (const other of [
    { app, name: 'stars' },
    { app: 'nobody', name: 'thumb' },
  ])
    expect(await readFeedback(db, { environment, afterAt: undefined, events: [other] })).toEqual([]);

  expect(await listFeedback(db, opened.release.id)).toEqual([
    { name: 'harm', value: true, arm: 'candidate', answers: 1, late: 1 },
    { name: 'thumb', value: 'down', arm: 'candidate', answers: 1, late: 0 },
    { name: 'thumb', value: 4.5, arm: 'candidate', answers: 1, late: 0 },
  ]);
  expect((await deleteExpired(db)).feedback).toBe(0);
  await db.query(`update feedback set received_at = now() - interval '31 days'`);
  expect((await deleteExpired(db)).feedback).toBe(4);
});

it('keeps at most 32 names of an answer, and says which it does not', async () => {
  const { db } = store;
  const { app } = await createApp(db);
  const told = (names: readonly string[]): ToldFeedback[] =>
    names.map((name) => ({
      ...{ app, ref: 'r1', name, value: 1, arm: 'candidate', splitVersion: 2 },
      answeredAt: new Date().toISOString(),
    }));
  const names = Array.from({ length: 1_000 }, (_, i) => `n${String(i).padStart(4, '0')}`);
  const first = await storeFeedback(db, { environment, told: told(names.slice(0, 20)) });
  expect([first.kept.length, first.full.length]).toEqual([20, 0]);
  // What is told again takes no room.
  const then = await storeFeedback(db, { environment, told: told(names) });
  expect(then.kept.map(([, name]) => name)).toEqual(names.slice(20, 32));
  expect(then.full).toHaveLength(968);
});

it('is not told of what came in while it did not listen', async () => {
  const { db } = store;
  const { app } = await createApp(db);
  const answeredAt = new Date().toISOString();
  const item = {
    app,
    ref: 'r1',
    name: 'thumb',
    value: 'down',
    arm: 'candidate',
    splitVersion: 2,
    answeredAt,
  } as const;
  await storeFeedback(db, { environment, told: [item] });
  const events = [{ app, name: 'thumb' }];
  const agedBy = async (age: string, afterAt?: string) => {
    await db.query('update feedback set received_at = now() - $1::interval where app = $2', [age, app]);
    return (await readFeedback(db, { environment, events, afterAt })).length;
  };
  const days = new Date(Date.now() - 3 * 86_400_000).toISOString();
  expect([await agedBy('50 seconds'), await agedBy('70 seconds')]).toEqual([1, 0]);
  expect([await agedBy('59 minutes', days), await agedBy('61 minutes', days)]).toEqual([1, 0]);
});
