import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { createPool } from './create-pool.ts';
import { query } from '../postgres/db.ts';
import { readSplit } from '../splits/read-split.ts';
import { rollback } from '../splits/rollback.ts';
import { terminateBlockers } from '../postgres/terminate-blockers.ts';
import { createApp, environment, promote, raise, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import { Client } from 'pg';

const store = useDatabase();

async function freePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a database that is away', () => {
  it.each([
    ['refuses connections', async () => `postgres://u@127.0.0.1:${await freePort()}/db`],
    ['does not exist', () => new URL('/no_such_database', store.url).href],
    ['is on an unknown host', () => 'postgres://u@no-such-host.invalid/db'],
  ])('is unreachable, with a remedy, when it %s', async (_what, url) => {
    const pool = createPool(await url(), { applicationName: 'test' });
    await expect(query(pool, 'select 1')).rejects.toMatchObject({
      code: 'unreachable',
      remedy: expect.stringContaining('DATABASE_URL') as string,
    });
    await pool.end();
  });

  it('is unreachable within the connection time-out when it accepts and says nothing', async () => {
    const mute = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const pool = createPool(`postgres://u@127.0.0.1:${port}/db`, { applicationName: 'test' });
    await expect(query(pool, 'select 1')).rejects.toMatchObject({ code: 'unreachable' });
    await pool.end();
    mute.close();
  });

  it('is reached again by the same pool after its sessions were ended', async () => {
    const pool = createPool(store.url, { applicationName: 'test-ended', max: 1 });
    await query(pool, 'select 1');
    const running = query(pool, 'select pg_sleep(30)');
    const failed = expect(running).rejects.toMatchObject({ code: 'unreachable' });
    await store.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test-ended'`,
    );
    await failed;
    await expect(query(pool, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    await pool.end();
  });
});

describe('a client that holds the split row and says nothing', () => {
  /** What is left of a client whose machine has gone away in the middle of a transaction. */
  async function halfOpen(app: string): Promise<Client> {
    const client = new Client({ connectionString: store.url, application_name: 'half-open' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('select * from split where app = $1 for update', [app]);
    return client;
  }

  it('does not hold up a rollback that breaks the glass (invariant 20)', async () => {
    const { app, a } = await createApp(store.db);
    await promote(store.db, app, 'b');
    const blocker = await halfOpen(app);
    const target = { app, environment };
    // Not old enough yet.
    expect(await terminateBlockers(store.db, { ...target, olderThanMs: 60_000 })).toEqual([]);
    const ended = await terminateBlockers(store.db, { ...target, olderThanMs: 0 });
    expect(ended).toMatchObject([{ applicationName: 'half-open' }]);
    const press = { ...target, actor: 'break-glass:root', reason: 'bad', operationId: 'x' };
    await expect(rollback(store.db, press)).resolves.toMatchObject({ kind: 'done', serving: a });
    await blocker.end();
  });

  it('ends nobody while the row is free', async () => {
    const { app } = await createApp(store.db);
    const other = await createApp(store.db);
    const bystander = await halfOpen(other.app);
    expect(await terminateBlockers(store.db, { app, environment, olderThanMs: 0 })).toEqual([]);
    await expect(bystander.query('select 1')).resolves.toBeDefined();
    await bystander.end();
  });

  it('is ended by the server after two seconds when it is one of ours, and the rollback goes on', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    await raise(store.db, opened, { weight: 5, expectedVersion: 1 });
    const stuck = await store.db.connect();
    await stuck.query('begin');
    await stuck.query('select * from split where app = $1 for update', [app]);
    const press = { app, environment, actor: 'user:ada', reason: 'bad', operationId: 'x' };
    await expect(rollback(store.db, press)).resolves.toMatchObject({ kind: 'done', version: 3 });
    stuck.release(true);
  });

  it('makes a write fail as unreachable, undone, when it is not one of ours', async () => {
    const { app } = await createApp(store.db);
    const opened = await startRelease(store.db, app, 'b');
    const blocker = await halfOpen(app);
    await expect(raise(store.db, opened, { weight: 5, expectedVersion: 1 })).rejects.toMatchObject({
      code: 'unreachable',
      remedy: expect.stringContaining('--direct') as string,
    });
    await blocker.query('rollback');
    await blocker.end();
    expect(await readSplit(store.db, { app, environment })).toMatchObject({ version: 1 });
  });
});
