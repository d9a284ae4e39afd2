import { listHistory } from './list-history.ts';
import { listAudit } from '../audit/list-audit.ts';
import { readLease } from '../test-fixtures/read-lease.ts';
import { readSplit } from './read-split.ts';
import { recordCommand } from '../releases/commands/record-command.ts';
import { rollback } from './rollback.ts';
import { createApp, environment, promote, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { verifyAudit } from '../audit/verify-audit.ts';
import { query } from '../postgres/db.ts';
import { waitFor } from '../../tests/support/wait-for.ts';

const store = useDatabase();

describe('writeSplit', () => {
  it('puts the candidate on its share, with history, audit entry and lease (invariants 6, 9, 11)', async () => {
    const { db } = store;
    const { app, a } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    expect(opened.splitVersion).toBe(1);
    await expect(raise(db, opened, { weight: 5, expectedVersion: 1 })).resolves.toEqual({
      kind: 'written',
      version: 2,
    });

    const split = await readSplit(db, { app, environment });
    expect(split).toEqual({
      app,
      environment,
      version: 2,
      stable: a,
      candidate: opened.release.revision,
      weight: 5,
      include: [],
      exclude: [],
      salt: opened.release.id,
      counting: {
        releaseId: opened.release.id,
        shortHorizonMs: 5_000,
        longHorizonMs: 60_000,
        slowMs: 10_000,
      },
      releaseId: opened.release.id,
    });
    const { items } = await listHistory(db, { app, environment });
    expect(items.map(({ version, kind, weight }) => ({ version, kind, weight }))).toEqual([
      { version: 2, kind: 'raise', weight: 5 },
      { version: 1, kind: 'create', weight: 0 },
    ]);
    const audit = await listAudit(db, { releaseId: opened.release.id });
    expect(audit.items.map(({ action }) => action)).toEqual(['split.raise', 'release.created']);
    expect(audit.items[0]?.details).toMatchObject({
      version: 2,
      weight: 5,
      candidate: opened.release.revision,
    });
    expect(await readLease(db, { app, environment })).toMatchObject({
      releaseId: opened.release.id,
      ttlMs: 60_000,
    });
    expect(await verifyAudit(db)).toMatchObject({ ok: true, pending: 0 });
  });

  it('returns what the first write stored when it is repeated, even after a rollback', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    await raise(db, opened, { weight: 5, expectedVersion: 1 });
    await rollback(db, { app, environment, actor: 'user:ada', reason: 'bad', operationId: 'press' });
    await expect(raise(db, opened, { weight: 5, expectedVersion: 1 })).resolves.toEqual({
      kind: 'repeated',
      version: 2,
    });
    expect(await readSplit(db, { app, environment })).toMatchObject({ version: 3, weight: 0 });
  });

  it('writes nothing when the split has moved (invariant 6)', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    await raise(db, opened, { weight: 5, expectedVersion: 1 });
    await expect(raise(db, opened, { weight: 25, expectedVersion: 1 })).resolves.toEqual({
      kind: 'moved',
      version: 2,
    });
    expect(await readSplit(db, { app, environment })).toMatchObject({ version: 2, weight: 5 });
  });

  it.each(['pause', 'abort'] as const)('commits no raise after %s (invariant 5)', async (kind) => {
    const { db } = store;
    const { app } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    await raise(db, opened, { weight: 5, expectedVersion: 1 });
    await recordCommand(db, { releaseId: opened.release.id, kind, actor: 'user:ada', idempotencyKey: 'k' });
    const version = (await readSplit(db, { app, environment }))!.version;
    const result = await raise(db, opened, { weight: 25, expectedVersion: version });
    expect(result).toEqual({ kind: 'not-progressing', state: kind === 'pause' ? 'paused' : 'rolling_back' });
  });

  it('commits no raise that was stuck in flight when the abort came (invariant 5)', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    // The abort is under way and holds the release's row; the raise has set out and waits for it.
    const late = await inTransaction(db, async (client) => {
      await recordCommand(client, {
        releaseId: opened.release.id,
        kind: 'abort',
        actor: 'user:ada',
        idempotencyKey: 'k',
      });
      const stuck = raise(db, opened, { weight: 5, expectedVersion: 1 });
      await waitFor(
        async () => {
          const waiting = await query(
            db,
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return waiting.length > 0;
        },
        { what: 'the raise to wait for the lock' },
      );
      return [stuck];
    });
    await expect(late[0]).resolves.toEqual({ kind: 'not-progressing', state: 'rolling_back' });
    expect(await readSplit(db, { app, environment })).toMatchObject({ weight: 0, version: 2 });
  });

  it('keeps the salt of a release through all its writes, and gives the next one another', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    await promote(db, app, 'b');
    const first = (await readSplit(db, { app, environment }))!.salt;
    const opened = await startRelease(db, app, 'c');
    await raise(db, opened, { weight: 5, expectedVersion: 3 });
    expect((await readSplit(db, { app, environment }))!.salt).not.toBe(first);
  });

  it('refuses a weight that no split has (invariant 2)', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    const opened = await startRelease(db, app, 'b');
    await expect(raise(db, opened, { weight: 100.5, expectedVersion: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(
      store.db.query(`update split set weight = 5, version = 9 where app = '${app}'`),
    ).rejects.toThrow(/check constraint/);
  });

  it('never lets a version fall or stay, whoever writes (invariant 9)', async () => {
    const { db } = store;
    const { app } = await createApp(db);
    for (const version of [0, 1]) {
      await expect(
        store.db.query('update split set version = $1 where app = $2', [version, app]),
      ).rejects.toThrow(/only ever grows|check constraint/);
    }
  });
});
