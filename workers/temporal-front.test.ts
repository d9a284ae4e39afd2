import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { startProcess, type SupervisedProcess } from '../cli/up/servers/child-process.ts';
import { useCertificates } from '../tests/support/certificates.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { readSettings } from './settings.ts';
import { startCloudFront, type CloudFront, type CloudFrontOptions } from './test-fixtures/cloud-front.ts';
import { playGateway } from './test-fixtures/played-gateway.ts';
import {
  commitRelease,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from './test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const certificates = useCertificates();
let front: CloudFront | undefined;
const started: SupervisedProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.kill()));
  await front?.close();
});

async function settingsFor(demands: CloudFrontOptions['demands']): Promise<Record<string, string>> {
  front = await startCloudFront({
    to: stack.temporal.address,
    certificates: certificates(),
    demands,
  });
  const { ca, client, folder } = certificates();
  const environmentsFile = join(folder, 'sluice.environments.yaml');
  writeFileSync(environmentsFile, 'environments: { staging: { providers: {} } }');
  return {
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: front.address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca,
    ...(demands.kind === 'api-key'
      ? { TEMPORAL_API_KEY: demands.key }
      : { TEMPORAL_TLS_CLIENT_CERT_PATH: client.cert, TEMPORAL_TLS_CLIENT_KEY_PATH: client.key }),
    SLUICE_ENVIRONMENTS_FILE: environmentsFile,
    SLUICE_STAGING_GATEWAY_URL: 'http://127.0.0.1:9',
    SLUICE_DATA_KEY: randomBytes(32).toString('base64'),
    SLUICE_INTERNAL_TOKEN: randomUUID(),
  };
}

async function startWorker(env: Record<string, string>, program = 'main.ts'): Promise<SupervisedProcess> {
  const worker = await startProcess({
    name: 'worker',
    run: { kind: 'node-script', script: join(import.meta.dirname, program), args: [] },
    logFile: join(certificates().folder, `${randomUUID()}.log`),
    env,
  });
  started.push(worker);
  return worker;
}

const withKey = { kind: 'api-key', key: 'sk-of-the-namespace' } as const;
const withCertificate = { kind: 'client-certificate' } as const;

it.each([
  ['an API key', withKey],
  ['a client certificate', withCertificate],
])(
  'carries a release through a Temporal behind TLS that asks for %s and takes no search attributes',
  async (_, demands) => {
    const taskQueue = `test-${randomUUID()}`;
    const env = { ...(await settingsFor(demands)), SLUICE_TASK_QUEUE: taskQueue };
    const [worker] = await Promise.all([startWorker(env), startWorker(env, 'evaluation-main.ts')]);
    const { app, v2 } = await publishVersions(stack.db, quickPlan);
    const gateway = playGateway(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, quickPlan);
    const handle = await startRelease(stack, taskQueue, row);
    expect((await handle.result()).outcome).toBe('promoted');
    await gateway.end();
    expect(worker.output()).toContain('not listed by search attributes');
    expect(front?.refused()).toBe(0);
  },
);

it('goes on trying, and says why, with a wrong key or without the certificate that is asked for', async () => {
  const wrongKey = { ...(await settingsFor(withKey)), TEMPORAL_API_KEY: 'sk-of-another' };
  const worker = await startWorker(wrongKey);
  await waitFor(() => worker.output().includes('trying again'), { what: 'a second try' });
  expect(front?.refused()).toBeGreaterThan(0);
  expect(worker.output()).toContain('Temporal at');
  await front?.close();
  const bare = await settingsFor(withCertificate);
  const settings = readSettings({
    ...bare,
    TEMPORAL_TLS_CLIENT_CERT_PATH: '',
    TEMPORAL_TLS_CLIENT_KEY_PATH: '',
  });
  const connecting = Connection.connect({ ...settings.temporal.connection, connectTimeout: 2_000 });
  await expect(connecting).rejects.toThrow();
});
