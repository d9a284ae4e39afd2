import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { startTemporalServer } from '../../cli/up/servers/temporal-server.ts';
import type { TestTemporal } from '../../tests/support/temporal.ts';
import { searchAttributes } from '../messages.ts';

const { app, release, stage, outcome, weight } = searchAttributes;

/**
 * A Temporal server that suggests continue-as-new after that many events already; a real one does after thousands,
 * which no test has the time for. The setting is the server's, so it needs one of its own.
 */
export async function startShortHistoryServer(suggestAfterEvents: number): Promise<TestTemporal> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-short-history-'));
  const server = await startTemporalServer({
    env: process.env,
    uiPort: 'off',
    searchAttributes: {
      [app]: 'Keyword',
      [release]: 'Keyword',
      [stage]: 'Keyword',
      [outcome]: 'Keyword',
      [weight]: 'Double',
    },
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': suggestAfterEvents },
    logFile: join(folder, 'temporal.log'),
    log: () => undefined,
  });
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: server.address });
  return {
    environment,
    address: server.address,
    namespace: environment.namespace ?? 'default',
    taskQueue: 'unused',
    async close() {
      await environment.teardown();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
