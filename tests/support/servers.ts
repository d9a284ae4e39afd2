import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeData } from '../../cli/up/servers/postgres-data.ts';
import { startPostgres } from '../../cli/up/servers/postgres.ts';
import { startTemporalServer } from '../../cli/up/servers/temporal-server.ts';

/** The servers of one jest run. */
export interface TestServers {
  readonly postgresUrl: string;
  readonly temporalAddress: string;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL that does not care for power losses and a Temporal server in memory, both in a temporary folder
 * and on free ports. They end with this process even when it is killed, so a crashed run disturbs no later one.
 */
export async function startTestServers(): Promise<TestServers> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const dataDirectory = join(folder, 'postgres');
  const logFile = join(folder, 'temporal.log');
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dataDirectory, durable: false, log: () => undefined }),
    startTemporalServer({ env: process.env, uiPort: 'off', logFile, log: () => undefined }),
  ]);
  for (const server of [postgres, temporal]) server.process.unref();
  return {
    postgresUrl: postgres.url,
    temporalAddress: temporal.address,
    stop: async () => {
      await Promise.all([postgres.stop(), temporal.process.kill()]);
      removeData(dataDirectory);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
