import { query } from './db.ts';
import { listenForChanges } from './gateway-view/listen-for-changes.ts';
import { recordCommand } from './record-command.ts';
import { listenForRelease } from './release-events.ts';
import { setProgress } from './set-progress.ts';
import { createApp, environment, raise, startRelease } from './test-fixtures/release-fixture.ts';
import { useDatabase } from './test-fixtures/use-database.ts';
import { waitFor } from '../tests/support/wait-for.ts';

const store = useDatabase();

function dropListeners() {
  return query(
    store.db,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'sluice-listen-%'`,
  );
}

describe('listenForChanges', () => {
  it('tells of every change, and to read all once it listens', async () => {
    const changes: unknown[] = [];
    const listener = listenForChanges(store.url, {
      onChange: (changed) => changes.push(changed ?? 'anything'),
      onError: (error) => changes.push(error),
    });
    await waitFor(() => changes.length === 1, { what: 'the listener to listen' });
    const { app } = await createApp(store.db);
    await waitFor(() => changes.length === 2, { what: 'the change' });
    expect(changes).toEqual(['anything', { app, environment }]);
    await listener.close();
    await createApp(store.db);
    expect(changes).toHaveLength(2);
  });

  it('comes back by itself when its connection was ended, and says so', async () => {
    const seen: string[] = [];
    const listener = listenForChanges(store.url, {
      onChange: (changed) => seen.push(changed === undefined ? 'read all' : 'changed'),
      onError: () => seen.push('lost'),
    });
    await waitFor(() => seen.length === 1, { what: 'the listener to listen' });
    for (let times = 1; times <= 2; times++) {
      await dropListeners();
      await waitFor(() => seen.filter((what) => what === 'read all').length === times + 1, {
        what: 'the listener to come back',
      });
    }
    await createApp(store.db);
    await waitFor(() => seen.includes('changed'), { what: 'the change' });
    expect(seen).toEqual(['read all', 'lost', 'read all', 'lost', 'read all', 'changed']);
    await listener.close();
  });

  it('keeps trying while the database is away, and can be closed then', async () => {
    const errors: unknown[] = [];
    const listener = listenForChanges('postgres://u@127.0.0.1:1/db', {
      onChange: () => errors.push('listening'),
      onError: (error) => errors.push(error),
    });
    await waitFor(() => errors.length >= 3, { what: 'three attempts' });
    expect(errors[0]).toMatchObject({ code: 'unreachable' });
    await listener.close();
  });
});

describe('listenForRelease', () => {
  it('tells of what happens to one release, and of no other', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const releaseId = opened.release.id;
    const other = await startRelease(store.db, (await createApp(store.db)).app, 'b');
    let events = 0;
    const listener = await listenForRelease(store.url, releaseId, () => (events += 1));
    const happens = async (what: string, act: () => Promise<unknown>) => {
      const before = events;
      await act();
      await waitFor(() => events > before, { what });
    };
    await happens('a raise', () => raise(store.db, opened, { weight: 5, expectedVersion: 1 }));
    await happens('progress', () => setProgress(store.db, { releaseId, stage: 'canary-5', progress: {} }));
    const told = events;
    await setProgress(store.db, { releaseId: other.release.id, stage: 'canary-5', progress: {} });
    await happens('an abort', () =>
      recordCommand(store.db, { releaseId, kind: 'abort', actor: 'user:ada', idempotencyKey: 'k' }),
    );
    // A transaction tells a listener once, however often it notifies: notifications arrive in the order of commits.
    expect(events).toBe(told + 1);
    await listener.close();
  });

  it('throws where it cannot listen at all', async () => {
    await expect(
      listenForRelease('postgres://u@127.0.0.1:1/db', 'rel_x', () => undefined),
    ).rejects.toMatchObject({ code: 'unreachable' });
  });
});
