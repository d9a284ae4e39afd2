import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { startProcess } from '../../cli/up/servers/child-process.ts';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { findTemporalCli } from '../../scripts/set-up/temporal-cli.mjs';
import type { TestTemporal } from '../../tests/support/temporal.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { searchAttributes } from '../messages.ts';

const { app, release, stage, outcome, weight } = searchAttributes;
const attributes = [...[app, release, stage, outcome].map((name) => `${name}=Keyword`), `${weight}=Double`];

/**
 * A Temporal server that suggests continue-as-new after that many events already; a real one does after thousands,
 * which no test has the time for. The setting is the server's, so it needs one of its own.
 */
export async function startShortHistoryServer(suggestAfterEvents: number): Promise<TestTemporal> {
  const command = findTemporalCli(process.env);
  if (command === undefined) throw new Error('There is no Temporal CLI: run npm run bootstrap.');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-short-history-'));
  const port = await freePort();
  const server = await startProcess({
    name: 'temporal',
    logFile: join(folder, 'temporal.log'),
    run: {
      kind: 'program',
      command,
      args: [
        ...[
          'server',
          'start-dev',
          '--headless',
          '--ip',
          '127.0.0.1',
          '--port',
          String(port),
          '--log-level',
          'warn',
        ],
        ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
        ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"'],
        ...['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${suggestAfterEvents}`],
      ],
    },
  });
  const address = `127.0.0.1:${port}`;
  await waitFor(() => accepts(port), { what: 'the Temporal server to listen', timeoutMs: 30_000 });
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address });
  return {
    environment,
    address,
    namespace: environment.namespace ?? 'default',
    taskQueue: 'unused',
    async close() {
      await environment.teardown();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
