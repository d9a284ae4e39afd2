import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres, type PostgresServer } from '../../../cli/up/servers/postgres.ts';
import { removeData } from '../../../cli/up/servers/postgres-data.ts';
import { waitFor } from '../../support/wait-for.ts';

const run = promisify(execFile);
const quiet = (): void => undefined;

/** Two real PostgreSQL servers, of which one follows the other without being waited for. */
export interface PostgresPair {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  /** Waits until the replica has all that the primary has committed. */
  untilFollowed(): Promise<void>;
  /** From now on a commit is answered once the replica has it. */
  waitForReplica(): Promise<void>;
  /** From now on nothing reaches the replica, and nobody is told so. */
  cut(): Promise<void>;
  /** The primary is killed and the replica takes over, alone. */
  failOver(): Promise<PostgresServer>;
  /** Gives the one that has taken over a new replica. */
  cloneAgain(): Promise<void>;
  /** Stops the only server, and starts it on the data of `backup`. */
  restore(backup: string): Promise<PostgresServer>;
  /** Stops the only server, keeps a copy of its data, and starts it again. */
  backUp(): Promise<string>;
  stop(): Promise<void>;
}

/** Runs one statement as the superuser. */
async function ask<Row extends object>(server: PostgresServer, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

export async function startPostgresPair(): Promise<PostgresPair> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pair-'));
  const first = join(folder, 'data-0');
  const folders = [first];
  const start = (dataDirectory: string) => startPostgres({ dataDirectory, durable: false, log: quiet });
  let primary = await start(first);
  const place = realpathSync(first);
  let current = first;
  let replica: PostgresServer | undefined;

  /** A copy of a stopped server's data, in a place where PostgreSQL's own user may go. */
  const copyOf = async (from: string): Promise<string> => {
    const copy = `${place}-${folders.length}`;
    rmSync(copy, { recursive: true, force: true });
    await run('cp', ['-a', realpathSync(from), copy]);
    copyFileSync(`${from}.password`, `${copy}.password`);
    folders.push(copy);
    return copy;
  };
  const clone = async (): Promise<void> => {
    await primary.stop();
    const copy = await copyOf(current);
    primary = await start(current);
    const { password } = new URL(primary.url);
    const { uid, gid } = statSync(join(copy, 'PG_VERSION'));
    writeFileSync(join(copy, 'standby.signal'), '');
    chownSync(join(copy, 'standby.signal'), uid, gid);
    const at = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`;
    appendFileSync(join(copy, 'postgresql.auto.conf'), `\nprimary_conninfo = '${at}'\n`);
    replica = await start(copy);
    await waitFor(async () => (await senders()).length === 1, { what: 'the replica to follow' });
  };
  const senders = () =>
    ask<{ pid: number; behind: boolean }>(
      primary,
      `select pid, replay_lsn is distinct from pg_current_wal_lsn() as behind from pg_stat_replication where state = 'streaming'`,
    );
  const only = (server: PostgresServer | undefined): PostgresServer => {
    if (server === undefined) throw new Error('There is no replica.');
    return server;
  };
  await clone();
  let sender: number | undefined;

  return {
    get primary() {
      return primary;
    },
    get replica() {
      return only(replica);
    },
    async untilFollowed() {
      await waitFor(async () => (await senders()).every(({ behind }) => !behind), {
        what: 'the replica to have everything',
      });
    },
    async waitForReplica() {
      await ask(primary, `alter system set synchronous_standby_names = '*'`);
      await ask(primary, 'select pg_reload_conf()');
      const states = () =>
        ask<{ state: string }>(primary, 'select sync_state as state from pg_stat_replication');
      await waitFor(async () => (await states()).some(({ state }) => state === 'sync'), {
        what: 'the replica to be a synchronous one',
      });
    },
    async cut() {
      sender = (await senders())[0]?.pid;
      if (sender === undefined) throw new Error('Nothing follows the primary.');
      process.kill(sender, 'SIGSTOP');
    },
    async failOver() {
      await primary.process.kill();
      if (sender !== undefined && existsSync(`/proc/${sender}`)) process.kill(sender, 'SIGKILL');
      removeData(current);
      primary = only(replica);
      replica = undefined;
      current = folders.at(-1) ?? first;
      await ask(primary, 'select pg_promote()');
      return primary;
    },
    cloneAgain: clone,
    async backUp() {
      await replica?.stop();
      replica = undefined;
      await primary.stop();
      const backup = await copyOf(current);
      primary = await start(current);
      return backup;
    },
    async restore(backup) {
      await primary.stop();
      current = backup;
      primary = await start(backup);
      return primary;
    },
    async stop() {
      await replica?.stop();
      await primary.stop();
      for (const each of folders) removeData(each);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
