import { query } from '../postgres/db.ts';
import { listenForChanges } from '../gateway-view/listen-for-changes.ts';
import { listenForReleases } from '../releases/listen-for-releases.ts';
import { recordCommand } from '../releases/commands/record-command.ts';
import { setProgress } from '../releases/progress/set-progress.ts';
import { createApp, environment, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { waitFor } from '../../tests/support/wait-for.ts';

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

describe('listenForReleases', () => {
  it('tells of what happens to each release, and to read all once it listens', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const releaseId = opened.release.id;
    const other = (await startRelease(store.db, (await createApp(store.db)).app, 'b')).release.id;
    const changed: string[] = [];
    const listener = listenForReleases(store.url, {
      onChange: (id) => changed.push(id ?? 'any'),
      onError: (error) => changed.push(String(error)),
    });
    const happens = async (what: string, act: () => Promise<unknown>) => {
      const before = changed.length;
      await act();
      await waitFor(() => changed.length > before, { what });
    };
    await happens('the listener to listen', () => Promise.resolve());
    await happens('a raise', () => raise(store.db, opened, { weight: 5, expectedVersion: 1 }));
    await happens('progress', () => setProgress(store.db, { releaseId, stage: 'canary-5', progress: {} }));
    await happens('progress of another', () =>
      setProgress(store.db, { releaseId: other, stage: 'canary-5', progress: {} }),
    );
    await happens('an abort', () =>
      recordCommand(store.db, { releaseId, kind: 'abort', actor: 'user:ada', idempotencyKey: 'k' }),
    );
    // A transaction tells a listener once, however often it notifies: notifications arrive in the order of commits.
    expect(changed).toEqual(['any', releaseId, releaseId, other, releaseId]);
    await listener.close();
  });
});
