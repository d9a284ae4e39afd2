import { randomUUID } from 'node:crypto';
import { createStable } from '../apps/create-stable.ts';
import { followProduction, listBehind, listFollowed } from './follow-production.ts';
import { listAudit } from '../audit/list-audit.ts';
import { listHistory } from '../splits/list-history.ts';
import { readSplit } from '../splits/read-split.ts';
import { rollback } from '../splits/rollback.ts';
import { createApp, environment, promote, publish } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();
const actor = 'user:ada';
const stableIn = async (app: string, place: string) =>
  (await readSplit(store.db, { app, environment: place }))?.stable;

/** An app that serves \`a\` in production and in staging. */
async function createBoth() {
  const made = await createApp(store.db);
  const first = {
    environments: ['staging'],
    revision: made.a,
    operationId: 'create',
    actor,
    reason: 'first',
  };
  await createStable(store.db, { app: made.app, ...first });
  await followProduction(store.db, { app: made.app, actor });
  return made;
}

const release = (app: string, label: string) => promote(store.db, app, label);

const back = (app: string, place = environment) =>
  rollback(store.db, { app, environment: place, actor, reason: 'bad', operationId: `back/${randomUUID()}` });

describe('the other environments of an app', () => {
  it('serve what production serves after a promotion, in the same transaction', async () => {
    const { app, a } = await createBoth();
    const b = await release(app, 'b');
    expect(await stableIn(app, 'staging')).toBe(b);
    expect(await listFollowed(store.db, { apps: [app] })).toMatchObject([
      { environment: 'staging', stable: b, outcome: 'followed', reason: 'production serves b' },
    ]);
    const [newest] = (await listHistory(store.db, { app, environment: 'staging' })).items;
    expect(newest).toMatchObject({
      kind: 'promote',
      stable: b,
      actor: 'system:release',
      reason: 'production serves b',
    });
    // By itself, a rollback in staging goes back to what served there before.
    expect(await back(app, 'staging')).toMatchObject({ kind: 'done', serving: a });
  });

  it('follow a rollback of production, too, and what it took out is taken out there', async () => {
    const { app, a } = await createBoth();
    const b = await release(app, 'b');
    await back(app);
    await followProduction(store.db, { app, actor });
    expect(await stableIn(app, 'staging')).toBe(a);
    const [newest] = (await listHistory(store.db, { app, environment: 'staging' })).items;
    expect(newest).toMatchObject({ kind: 'rollback', tookOut: [b] });
  });

  it('follow each change once: what somebody does there afterwards stands until the next', async () => {
    const { app, a } = await createBoth();
    await release(app, 'b');
    await back(app, 'staging');
    await followProduction(store.db, { app, actor });
    expect(await stableIn(app, 'staging')).toBe(a);
    expect(await listBehind(store.db)).not.toContain(app);
    const c = await release(app, 'c');
    expect(await stableIn(app, 'staging')).toBe(c);
  });

  it('keep theirs while a candidate is there, say why once, and follow when it is gone', async () => {
    const { app, a } = await createBoth();
    await store.db.query(
      `update split set candidate = $2, weight = 5, version = version + 1 where app = $1 and environment = 'staging'`,
      [app, await publish(store.db, app, 'theirs')],
    );
    const d = await release(app, 'd');
    for (let i = 0; i < 2; i += 1) await followProduction(store.db, { app, actor });
    expect(await stableIn(app, 'staging')).toBe(a);
    expect(await listFollowed(store.db, { apps: [app] })).toMatchObject([
      { stable: d, outcome: 'kept', reason: 'a candidate is on the traffic there' },
    ]);
    const kept = (await listAudit(store.db, { app })).items.filter(({ action }) => action === 'split.kept');
    expect(kept).toHaveLength(1);
    expect(await listBehind(store.db)).toContain(app);
    await store.db.query(
      `update split set candidate = null, weight = 0, version = version + 1 where app = $1 and environment = 'staging'`,
      [app],
    );
    await followProduction(store.db, { app, actor });
    expect(await stableIn(app, 'staging')).toBe(d);
  });

  it('never make production wait: a split that is locked is left to the reconciler', async () => {
    const { app, a } = await createBoth();
    const client = await store.db.connect();
    try {
      await client.query('begin');
      await client.query(`select from split where app = $1 and environment = 'staging' for update`, [app]);
      const b = await release(app, 'b');
      expect([await stableIn(app, environment), await stableIn(app, 'staging')]).toEqual([b, a]);
      await client.query('rollback');
      expect(await listBehind(store.db)).toContain(app);
    } finally {
      client.release();
    }
  });
});
