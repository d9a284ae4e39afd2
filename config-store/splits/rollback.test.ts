import { closeRelease } from '../releases/close-release.ts';
import { readFormerStables } from '../test-fixtures/read-former-stables.ts';
import { listHistory } from './list-history.ts';
import { readOpenRelease } from '../releases/read-open-release.ts';
import { readRelease } from '../releases/read-release.ts';
import { readSplit } from './read-split.ts';
import { createApp, environment, promote, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { readCondemnation } from './read-condemnation.ts';
import { press } from '../test-fixtures/press.ts';

const store = useDatabase();

async function serving(app: string) {
  const split = await readSplit(store.db, { app, environment });
  return { stable: split?.stable, candidate: split?.candidate, weight: split?.weight };
}

describe('rollback of a candidate', () => {
  it('leaves stable and sets the release rolling back in the same transaction (invariants 5, 7)', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const takenOut = opened.release.revision;
    await expect(press(store.db, app)).resolves.toMatchObject({
      kind: 'done',
      version: 3,
      takenOut,
      serving: a,
    });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readOpenRelease(store.db, { app, environment })).toMatchObject({
      state: 'rolling_back',
      ending: 'aborted',
      reason: 'bad answers',
    });
    expect(await readCondemnation(store.db, { app, environment, revision: takenOut })).toMatchObject({
      ...{ cause: 'person', actor: 'user:ada', reason: 'bad answers' },
    });
  });

  it.each([
    ['nothing was found to be wrong with it', { condemns: false }],
    ['its release has failed', { ending: 'failed' }],
    ['somebody else has moved the split', { ending: 'superseded' }],
  ] as const)('does not condemn it where %s, and a repeat changes nothing', async (_why, more) => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const { revision } = opened.release;
    const once = { takeOut: revision, operationId: `unjudged-${app}`, ...more };
    expect(await press(store.db, app, once)).toMatchObject({ kind: 'done', version: 3, serving: a });
    expect(await press(store.db, app, { ...once, condemns: true })).toMatchObject({
      kind: 'done',
      version: 3,
    });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readCondemnation(store.db, { app, environment, revision })).toBeUndefined();
  });

  it('answers already when pressed again, before and after the release has ended (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    await press(store.db, app);
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'already', version: 3, serving: a });
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({
      kind: 'already',
      version: 3,
      serving: a,
    });
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'rolled_back',
      reason: 'done',
      actor: 'system:release',
    });
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'already', version: 3, serving: a });
  });

  it('writes a version for an open release that has nothing on the traffic, once', async () => {
    const { app, a } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const takenOut = opened.release.revision;
    const first = await press(store.db, app, { takeOut: takenOut, ending: 'failed' });
    expect(first).toMatchObject({ kind: 'done', version: 2, takenOut, serving: a });
    expect(await readRelease(store.db, opened.release.id)).toMatchObject({
      state: 'rolling_back',
      ending: 'failed',
    });
    await expect(press(store.db, app, { takeOut: takenOut })).resolves.toMatchObject({
      kind: 'already',
      version: 2,
      serving: a,
    });
    // It never served, so it counts as taken back by nobody.
    expect(await readCondemnation(store.db, { app, environment, revision: takenOut })).toBeUndefined();
    expect((await listHistory(store.db, { app, environment })).items[0]).toMatchObject({
      kind: 'rollback',
      tookOut: [],
    });
  });

  it('returns what it stored when the same operation comes again', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const first = await press(store.db, app, { operationId: 'one' });
    await expect(press(store.db, app, { operationId: 'one' })).resolves.toEqual(first);
    expect(await readSplit(store.db, { app, environment })).toMatchObject({ version: 3 });
  });
});

describe('rollback of a stable revision', () => {
  it('takes nothing good out, however long after a candidate was: it says since when what serves (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    const split = await readSplit(store.db, { app, environment });
    await raise(store.db, opened, { weight: 5, expectedVersion: split?.version ?? 0 });
    await press(store.db, app);
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'rolled_back',
      reason: 'done',
      actor: 'system:release',
    });
    await store.db.query(`update split_history set at = at - interval '9 hours' where app = $1`, [app]);
    const { items } = await listHistory(store.db, { app, environment });
    const at = (version: number) => items.find((each) => each.version === version)?.at;
    const already = { kind: 'already', serving: b, takenOut: opened.release.revision };
    await expect(press(store.db, app)).resolves.toMatchObject({
      ...already,
      takenOutAt: at(5),
      servingSince: at(3),
    });
    // Who has looked at what serves now, or names it, means it.
    await expect(press(store.db, app, { seen: { version: 5 } })).resolves.toMatchObject({
      takenOut: b,
      serving: a,
    });
  });

  it('takes out what its maker saw, and nothing where that is gone, or was brought back since', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    const { revision: c } = opened.release;
    await expect(press(store.db, app, { seen: { version: 4 } })).resolves.toMatchObject({
      takenOut: c,
      serving: b,
    });
    await expect(press(store.db, app, { seen: { version: 4 } })).resolves.toMatchObject({
      kind: 'already',
      takenOut: c,
    });
    await expect(press(store.db, app, { seen: { version: 3 } })).resolves.toMatchObject({
      takenOut: b,
      serving: a,
    });
    await expect(press(store.db, app, { to: 'b' })).resolves.toMatchObject({ kind: 'done', serving: b });
    await expect(press(store.db, app, { seen: { version: 3 } })).resolves.toMatchObject({
      kind: 'already',
      serving: b,
    });
    await expect(press(store.db, app, { seen: { version: 99 } })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('goes back to the one that served before, and pressed again brings nothing back (invariant 8)', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await expect(press(store.db, app)).resolves.toMatchObject({
      kind: 'done',
      version: 4,
      takenOut: b,
      serving: a,
    });
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'already', version: 4, serving: a });
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({
      kind: 'already',
      version: 4,
      serving: a,
    });
    expect(await serving(app)).toMatchObject({ stable: a });
  });

  it('takes out one revision only when two press at the same moment', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    const results = await Promise.all([press(store.db, app), press(store.db, app), press(store.db, app)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['already', 'already', 'done']);
    const { stable } = await serving(app);
    expect(stable).not.toBe(a);
  });

  it('goes further back for who names what to take out, over what was taken back before', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    await expect(press(store.db, app)).resolves.toMatchObject({ serving: b });
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({ kind: 'done', serving: a });
    await promote(store.db, app, 'd');
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'done', serving: a });
  });

  it('goes back to one that a later release has promoted again', async () => {
    const { app } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    await press(store.db, app);
    await promote(store.db, app, 'b');
    await promote(store.db, app, 'c');
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'done', serving: b });
  });

  it('does not count an earlier rollback once something was promoted since', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    await press(store.db, app);
    const c = await promote(store.db, app, 'c');
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'done', takenOut: c, serving: a });
  });

  it('does not take an aborted evaluation for the rollback of what serves', async () => {
    const { app, a } = await createApp(store.db);
    const b = await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await press(store.db, app, { takeOut: opened.release.revision, ending: 'aborted' });
    await closeRelease(store.db, {
      releaseId: opened.release.id,
      outcome: 'aborted',
      reason: 'aborted',
      actor: 'system:release',
    });
    await expect(press(store.db, app)).resolves.toMatchObject({ kind: 'done', takenOut: b, serving: a });
  });

  it('withdraws the candidate that is compared with it, whose release is superseded', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    const opened = await startRelease(store.db, app, 'c');
    await raise(store.db, opened, { weight: 5, expectedVersion: 3 });
    await expect(press(store.db, app, { takeOut: 'b' })).resolves.toMatchObject({ kind: 'done', serving: a });
    expect(await serving(app)).toEqual({ stable: a, candidate: undefined, weight: 0 });
    expect(await readRelease(store.db, opened.release.id)).toMatchObject({
      state: 'rolling_back',
      ending: 'superseded',
    });
    await expect(raise(store.db, opened, { weight: 25, expectedVersion: 5 })).resolves.toMatchObject({
      kind: 'not-progressing',
    });
  });

  it('has nowhere to go from the first stable revision', async () => {
    const { app, a } = await createApp(store.db);
    await expect(press(store.db, app)).rejects.toMatchObject({
      code: 'conflict',
      remedy: expect.stringContaining('--to') as string,
    });
    expect(await serving(app)).toMatchObject({ stable: a });
    expect(await readFormerStables(store.db, { app, environment })).toEqual([a]);
  });
});
