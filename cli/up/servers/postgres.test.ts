import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { waitFor } from '../../../tests/support/wait-for.ts';
import { findPostgresBinaries, hydrateSymlinks, postgresUser } from './postgres-binaries.ts';
import { removeData } from './postgres-data.ts';
import { startPostgres, type PostgresServer } from './postgres.ts';
import { commandLine, parentPid, processesIn } from './process-table.ts';

jest.setTimeout(60_000);

let folder: string;
let dataDirectory: string;
const servers: PostgresServer[] = [];
/** Data that a server was started on and stopped: most tests begin with a copy, for making it takes seconds. */
const initialised = join(openFolder(), 'data');

/** Where PostgreSQL's own user may go. */
function openFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sluice-postgres-'));
  chmodSync(made, 0o755);
  return made;
}

beforeAll(async () => {
  await (await startPostgres({ dataDirectory: initialised, log: () => undefined })).stop();
});
afterAll(() => {
  removeData(initialised);
  rmSync(dirname(initialised), { recursive: true, force: true });
});
beforeEach(() => {
  folder = openFolder();
  dataDirectory = join(folder, 'data');
  execFileSync('cp', ['-a', initialised, dataDirectory]);
  copyFileSync(`${initialised}.password`, `${dataDirectory}.password`);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  removeData(dataDirectory);
  rmSync(folder, { recursive: true, force: true });
});

async function start(log: (line: string) => void = () => undefined): Promise<PostgresServer> {
  const server = await startPostgres({ dataDirectory, log });
  servers.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  // A server that is killed under it is what some of these tests are about.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process that starts PostgreSQL, writes one row, says where, and waits to be killed. */
async function startInOtherProcess(): Promise<{ parent: ReturnType<typeof spawn>; pid: number }> {
  const file = join(folder, 'parent.mjs');
  writeFileSync(
    file,
    `import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))};
     const server = await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, log: () => {} });
     console.log(server.pid + ' ' + server.url);
     setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) => {
    parent.stdout.once('data', (data) => {
      resolve(String(data));
    });
  });
  const [pid, url] = line.trim().split(' ');
  await query(url ?? '', 'CREATE TABLE kept AS SELECT 42 AS answer');
  return { parent, pid: Number(pid) };
}

it('keeps its data over restarts, syncs by default, and speaks version 18', async () => {
  removeData(dataDirectory);
  const first = await start();
  await query(first.url, `CREATE TABLE kept AS SELECT 'ünï' AS text`);
  expect(await query(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  await first.stop();
  expect(commandLine(first.pid)).toBeUndefined();
  const second = await start();
  expect(await query(second.url, 'SELECT upper(text) AS text FROM kept')).toEqual([{ text: 'ÜNÏ' }]);
  expect(await query(second.url, 'SHOW server_version_num')).toEqual([
    { server_version_num: expect.stringMatching(/^18/) as string },
  ]);
});

it('asks for the password', async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
});

it('ends when its parent is killed, and the next start finds every committed row', async () => {
  const { parent, pid } = await startInOtherProcess();
  parent.kill('SIGKILL');
  // At once: while the old one is still going down.
  const next = await start();
  expect(commandLine(pid)).toBeUndefined();
  expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('stops a server that nobody watches over any more, then starts', async () => {
  const { parent, pid } = await startInOtherProcess();
  process.kill(parentOf(pid), 'SIGKILL');
  parent.kill('SIGKILL');
  await waitFor(() => parent.signalCode !== null, { what: 'the parent to be gone' });
  expect(commandLine(pid)).toBeDefined();
  const lines: string[] = [];
  const next = await start((line) => lines.push(line));
  expect(lines.join('\n')).toContain(`earlier PostgreSQL (pid ${pid})`);
  expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('recovers from a kill of the server itself', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(first.pid, 'SIGKILL');
  await first.process.exited;
  const next = await start();
  expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('recovers from a kill of a server whose sessions hang', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const sessions = processesIn(realpathSync(dataDirectory)).filter((pid) => pid !== first.pid);
  expect(sessions.length).toBeGreaterThan(2);
  for (const pid of sessions) process.kill(pid, 'SIGSTOP');
  process.kill(first.pid, 'SIGKILL');
  await first.process.exited;
  const next = await start();
  expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('passes over a pid file whose number belongs to another program now', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDirectory, 'postmaster.pid'), `${process.pid}\n${dataDirectory}\n`);
  const next = await start();
  expect(await query(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('leaves a data folder alone that another Sluice is using', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('in use') as string,
  });
  expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('says why it does not start', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDirectory, 'postgresql.conf'), 'no_such_setting = 1\n');
  await expect(start()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('no_such_setting') as string,
    remedy: expect.stringContaining('DATABASE_URL') as string,
  });
});

it('refuses the data of another major version', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDirectory, 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('PostgreSQL 17') as string,
  });
});

it('as root, works below a folder that the user postgres cannot enter, and leaves a link there', async () => {
  if (postgresUser() === undefined) return;
  const closed = join(folder, 'home');
  mkdirSync(closed, { mode: 0o700 });
  dataDirectory = join(closed, 'data');
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const place = realpathSync(dataDirectory);
  expect(lstatSync(dataDirectory).isSymbolicLink()).toBe(true);
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  removeData(dataDirectory);
  expect(existsSync(place)).toBe(false);
});

it('makes the library links that npm left out', () => {
  const root = join(folder, 'package');
  mkdirSync(join(root, 'native/lib'), { recursive: true });
  writeFileSync(join(root, 'native/lib/libx.so.1.2'), 'library');
  const list = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
  writeFileSync(join(root, 'native/pg-symlinks.json'), JSON.stringify(list));
  hydrateSymlinks(root);
  hydrateSymlinks(root);
  expect(realpathSync(join(root, 'native/lib/libx.so.1'))).toBe(
    realpathSync(join(root, 'native/lib/libx.so.1.2')),
  );
  expect(findPostgresBinaries(postgresUser()).major).toBe(18);
});

function parentOf(pid: number): number {
  const parent = parentPid(pid);
  if (parent === undefined) throw new Error(`process ${pid} is gone`);
  return parent;
}
