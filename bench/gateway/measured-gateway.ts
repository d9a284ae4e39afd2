import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startPostgres } from '../../cli/up/servers/postgres.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import {
  createApp,
  dataKey,
  environment,
  internalToken,
  keyFor,
  openaiTarget,
  release,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { startPinned, type PinnedProcess } from './pinned-process.ts';

const template =
  '{{role "system"}}You are the assistant of a bank. Name the intent of the customer, then answer.{{history}}';

export interface MeasuredGateway {
  readonly gateway: PinnedProcess;
  readonly origin: string;
  readonly app: string;
  /** A caller's, with more allowed than anybody asks. */
  readonly key: string;
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/**
 * A gateway as it is in the middle of a release: PostgreSQL behind it, a candidate on a quarter of the subjects, both
 * arms with a prompt to render, settled counting, redacted samples. Nothing of what a request costs is left out but TLS.
 */
export async function startMeasuredGateway(providerUrl: string): Promise<MeasuredGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const postgres = await startPostgres({
    dataDirectory: join(folder, 'postgres'),
    durable: false,
    log: () => undefined,
  });
  await migrate(postgres.url);
  const db = createPool(postgres.url, { applicationName: 'bench' });
  const content = { chain: [openaiTarget], prompts: { main: { template } } };
  const { app } = await createApp(db, content);
  const changed = { ...content, parameters: { temperature: 0 } };
  const counting = { shortHorizonMs: 5_000, longHorizonMs: 60_000, slowMs: 10_000 };
  await release(db, app, { weight: 25, ttlMs: 600_000, content: changed, counting });
  const { key } = await keyFor(db, app, { requestsPerMinute: 10_000_000, inFlight: 10_000 });
  const gateway = await startPinned(join(import.meta.dirname, '../../gateway/main.ts'), {
    measured: true,
    env: gatewayEnvironment(folder, postgres.url, providerUrl),
  });
  const { url } = JSON.parse(gateway.firstLine) as { url: string }; // as gateway/main.ts prints it
  return {
    gateway,
    origin: url,
    app,
    key,
    databaseUrl: postgres.url,
    async stop() {
      await gateway.stop();
      await db.end();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function gatewayEnvironment(folder: string, databaseUrl: string, providerUrl: string): NodeJS.ProcessEnv {
  const environmentsFile = join(folder, 'environments.yaml');
  const providers = { openai: { kind: 'openai', baseUrl: providerUrl } };
  writeFileSync(environmentsFile, stringify({ environments: { [environment]: { providers } } }));
  return {
    SLUICE_GATEWAY_ID: 'bench',
    SLUICE_ENVIRONMENT: environment,
    DATABASE_URL: databaseUrl,
    SLUICE_STATE_DIR: join(folder, 'gateway'),
    SLUICE_ENVIRONMENTS_FILE: environmentsFile,
    SLUICE_DATA_KEY: dataKey.toString('base64'),
    SLUICE_INTERNAL_TOKEN: internalToken,
    SLUICE_LOG_LEVEL: 'error',
  };
}
