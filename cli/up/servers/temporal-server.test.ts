import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { commandLine, parentPid } from './process-table.ts';
import { startTemporalServer, type TemporalServer, type TemporalServerOptions } from './temporal-server.ts';

jest.setTimeout(60_000);

let folder: string;
const servers: TemporalServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-temporal-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<TemporalServerOptions> = { uiPort: 'off' }): Promise<TemporalServer> {
  const logFile = join(folder, 'temporal.log');
  const server = await startTemporalServer({ env: process.env, logFile, log: () => undefined, ...options });
  servers.push(server);
  return server;
}

async function withClient<T>({ address }: TemporalServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

it('keeps workflows in its data file over a restart, even by SIGKILL', async () => {
  const dataFile = join(folder, 'nested', 'temporal.db');
  const first = await start({ dataFile });
  await withClient(first, (client) =>
    client.workflow.start('release', { workflowId: 'release/kept', taskQueue: 'nobody' }),
  );
  await first.process.kill();
  const second = await start({ dataFile });
  const description = await withClient(second, (client) =>
    client.workflow.getHandle('release/kept').describe(),
  );
  expect(description.status.name).toBe('RUNNING');
});

it('ends a server that lost its watchdog before another one opens its data file', async () => {
  const dataFile = join(folder, 'temporal.db');
  const first = await start({ dataFile, uiPort: 'off' });
  const watchdog = parentPid(first.pid) ?? 0;
  process.kill(watchdog, 'SIGKILL');
  await first.process.exited;
  expect(commandLine(first.pid)).toContain(dataFile);
  const port = Number(first.address.split(':')[1]);
  const second = await start({ dataFile, uiPort: 'off', port });
  expect(commandLine(first.pid)).toBeUndefined();
  expect(second.address).toBe(first.address);
});

it('registers search attributes on request', async () => {
  const server = await start({ searchAttributes: { SluiceApp: 'Keyword' } });
  const listed = await withClient(server, (client) =>
    client.connection.operatorService.listSearchAttributes({ namespace: 'default' }),
  );
  expect(Object.keys(listed.customAttributes)).toContain('SluiceApp');
});

it('serves the Web UI on a free port', async () => {
  const server = await start({});
  const response = await fetch(server.uiUrl ?? '');
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<html');
});

it('says so when the port is taken, rather than talk to whoever is there', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      resolve((other.address() as { port: number }).port);
    });
  });
  await expect(start({ port })).rejects.toMatchObject({
    code: 'conflict',
    message: `Port ${port} is taken.`,
  });
  await new Promise((resolve) => other.close(resolve));
});

it('passes on what the server says when it does not start', async () => {
  // A folder cannot be opened as a database.
  await expect(start({ dataFile: folder })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/did not start: .*\S/s) as string,
  });
});

it('names the remedies when there is no Temporal CLI', async () => {
  const env = { PATH: folder, XDG_CACHE_HOME: folder };
  await expect(start({ env })).rejects.toMatchObject({
    code: 'not_found',
    remedy: expect.stringContaining('TEMPORAL_CLI') as string,
  });
});
