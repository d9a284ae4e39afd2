import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type SupervisedProcess } from '../cli/up/servers/child-process.ts';
import { freePort } from '../cli/up/servers/free-port.ts';
import { listEvidence } from '../config-store/looks/list-evidence.ts';
import { listHistory } from '../config-store/splits/list-history.ts';
import { planSchema } from '../domain/release/plan.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import { statusQuery } from '../workflows/messages.ts';
import { playGateway } from './test-fixtures/played-gateway.ts';
import {
  commitRelease,
  environment,
  publishVersions,
  quickPlan,
  startRelease,
  useReleaseStack,
} from './test-fixtures/release-stack.ts';

const stack = useReleaseStack();
const folder = mkdtempSync(join(tmpdir(), 'sluice-worker-'));
const environmentsFile = join(folder, 'sluice.environments.yaml');
const started: SupervisedProcess[] = [];

beforeAll(() => {
  writeFileSync(environmentsFile, 'environments: { staging: { providers: {} } }');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.kill()));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function startWorker(
  env: Record<string, string>,
  program: 'main.ts' | 'evaluation-main.ts' = 'main.ts',
): Promise<SupervisedProcess> {
  const worker = await startProcess({
    name: 'worker',
    run: { kind: 'node-script', script: join(import.meta.dirname, program), args: [] },
    logFile: join(folder, `${randomUUID()}.log`),
    env: {
      DATABASE_URL: stack.databaseUrl,
      TEMPORAL_ADDRESS: stack.temporal.address,
      SLUICE_ENVIRONMENTS_FILE: environmentsFile,
      SLUICE_STAGING_GATEWAY_URL: 'http://127.0.0.1:9',
      SLUICE_DATA_KEY: randomBytes(32).toString('base64'),
      SLUICE_INTERNAL_TOKEN: randomUUID(),
      ...env,
    },
  });
  started.push(worker);
  return worker;
}

function untilSaid(worker: SupervisedProcess, text: string) {
  return waitFor(() => worker.output().includes(text), {
    what: `the worker to say ${text}`,
  });
}

describe('the worker process', () => {
  it('may be killed in the middle of a step: the next one goes on from there', async () => {
    const plan = planSchema.parse({
      ...quickPlan,
      steps: [{ weight: 5, hold: '4s', minExposures: 20 }, quickPlan.steps[1]],
    });
    const { app, v2 } = await publishVersions(stack.db, plan);
    const gateway = playGateway(stack.db, app);
    const row = await commitRelease(stack.db, app, v2, plan);
    const taskQueue = `test-${randomUUID()}`;
    const [first, evaluation] = await Promise.all([
      startWorker({ SLUICE_TASK_QUEUE: taskQueue }),
      startWorker({ SLUICE_TASK_QUEUE: taskQueue }, 'evaluation-main.ts'),
    ]);
    const handle = await startRelease(stack, taskQueue, row);
    const looksTaken = async (): Promise<number> =>
      (await listEvidence(stack.db, { releaseId: row.id })).length;
    await waitFor(async () => (await looksTaken()) > 2, { what: 'three looks' });
    // The other program takes no part in looks: they go on without it.
    await Promise.all([first.kill(), evaluation.kill()]);
    const takenByFirst = await looksTaken();
    await startWorker({ SLUICE_TASK_QUEUE: taskQueue });
    expect((await handle.result()).outcome).toBe('promoted');
    await gateway.end();
    expect(await looksTaken()).toBeGreaterThan(takenByFirst);
    const { items } = await listHistory(stack.db, { app, environment });
    expect(items.map(({ kind, weight }) => `${kind} ${weight}`).reverse()).toEqual([
      ...['create 0', 'raise 5', 'raise 95', 'raise 100', 'promote 0'],
    ]);
    const looks = (await listEvidence(stack.db, { releaseId: row.id })).filter(
      ({ stage }) => stage === 'canary-5',
    );
    expect(looks.map(({ look }) => look)).toEqual(looks.map((_, k) => k));
  });

  it.concurrent.each(['main.ts', 'evaluation-main.ts'] as const)(
    'ends in an orderly way on SIGTERM: %s',
    async (program) => {
      const worker = await startWorker({ SLUICE_METRICS_PORT: '0' }, program);
      await untilSaid(worker, '"ready":true');
      const url = /"url":"([^"]+)"/.exec(worker.output())?.[1];
      expect((await fetch(`${url ?? ''}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${url ?? ''}/metrics`)).text()).toContain('process_cpu');
      expect(await worker.stop()).toEqual({ code: 0, signal: null });
    },
  );

  it.concurrent.each([
    ['PostgreSQL', (port: number) => ({ DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` })],
    ['Temporal', (port: number) => ({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` })],
  ])('goes on trying, and says so, while %s is away', async (what, settings) => {
    const worker = await startWorker(settings(await freePort()));
    await untilSaid(worker, what);
    await waitFor(() => worker.output().split('cannot be reached').length > 2, {
      what: 'a second try',
    });
    expect(worker.exit()).toBeUndefined();
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  it.concurrent('stops with a sentence that names a wrong setting', async () => {
    const worker = await startWorker({ SLUICE_DATA_KEY: 'too short' });
    expect(await worker.exited).toEqual({ code: 2, signal: null });
    expect(worker.output()).toMatch(/SLUICE_DATA_KEY/);
  });

  it('says what a release waits for while no gateway is alive', async () => {
    const { app, v2 } = await publishVersions(stack.db, planSchema.parse({ ...quickPlan, maxBlind: '1h' }));
    const row = await commitRelease(stack.db, app, v2, planSchema.parse({ ...quickPlan, maxBlind: '1h' }));
    const taskQueue = `test-${randomUUID()}`;
    await startWorker({ SLUICE_TASK_QUEUE: taskQueue });
    await startWorker({ SLUICE_TASK_QUEUE: taskQueue }, 'evaluation-main.ts');
    const handle = await startRelease(stack, taskQueue, row);
    await waitFor(async () => (await handle.query(statusQuery)).waitingFor?.includes('No gateway'), {
      what: 'the release to say what it waits for',
      intervalMs: 100,
    });
    await handle.terminate();
  });
});
