import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startProcess, type SupervisedProcess } from '../cli/up/servers/child-process.ts';
import { listFeedback } from '../config-store/releases/list-feedback.ts';
import { readCounts } from '../config-store/looks/read-counts.ts';
import type { ArmCounts } from '../domain/guardrail/arm-counts.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  keyFor,
  ask,
  asJson,
  bindingOf,
  createApp,
  dataKey,
  environment,
  internalToken,
  openaiTarget,
  quickCounting,
  release,
  useGateways,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();
const broken = { chain: [{ provider: 'openai', model: 'atlas-mini' }], timeouts: { total: '5s' } };
const breakMini = { model: 'atlas-mini', kind: 'server_error' };

async function countsOf(app: string, version: number, arm: string): Promise<ArmCounts[]> {
  const { rows } = await gateways.stage.db.query<{ counts: ArmCounts }>(
    'select counts from arm_counter where app = $1 and split_version = $2 and arm = $3',
    [app, version, arm],
  );
  return rows.map(({ counts }) => counts);
}

const sum = (rows: ArmCounts[], of: (counts: ArmCounts) => number): number =>
  rows.reduce((total, counts) => total + of(counts), 0);

const counted = (app: string, version: number, arm: string, holds: (rows: ArmCounts[]) => boolean) =>
  waitFor(
    async () => {
      const rows = await countsOf(app, version, arm);
      return holds(rows) ? rows : undefined;
    },
    { what: `the counts of ${app}` },
  );

describe('an answer of the second target', () => {
  it('is counted as a failover of its arm, also where the breaker leaves the first one alone', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { chain } = broken;
    const { version } = await release(db, app, {
      weight: 100,
      content: { ...broken, chain: [...chain, openaiTarget] },
    });
    await gateways.fault(breakMini);
    const { url } = await gateways.start();
    const requests = 30;
    const answers = await Promise.all(
      Array.from({ length: requests }, () => ask(url, app, { headers: { 'x-sluice-subject': 'ada' } })),
    );
    expect(new Set(answers.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['200 weight']),
    );
    const rows = await counted(
      app,
      version,
      'candidate',
      (all) => sum(all, ({ guardrails }) => guardrails['failovers']!.long.exposed) > 0,
    );
    const { exposed, bad } = rows[0]!.guardrails['failovers']!.long;
    expect(bad).toBe(exposed);
    expect(rows[0]).toMatchObject({ failed: 0, guardrails: { errors: { long: { bad: 0 } } } });
  });
});

describe('what is told of answers after the fact', () => {
  it('is counted once by the gateway that answered, whichever was told, and by when the request began', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const thumbs = { kind: 'event', event: 'thumb', bad: ['down'], withinMs: 3_000 };
    const counting = { ...quickCounting, named: { thumbs } };
    const { version, releaseId } = await release(db, app, { weight: 100, counting });
    const { headers } = await keyFor(db, app, { scopes: ['feedback'] });
    const foreign = await keyFor(db, (await createApp(db)).app);
    const [answering, told] = [await gateways.start(), await gateways.start()];
    const answers = await Promise.all(
      ['ada', 'ben', 'cyd', 'cyd'].map((subject) =>
        ask(answering.url, app, { headers: { 'x-sluice-subject': subject } }),
      ),
    );
    const [ada = '', ben = '', cyd = '', cydAgain = ''] = answers.map(({ body }) => body.id);
    const tell = async (url: string, body: unknown, by: object = headers) => {
      const response = await fetch(`${url}/v1/feedback`, {
        ...asJson,
        headers: { ...asJson.headers, ...by },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as { items?: object[] } };
    };
    const bad = (response: string) => ({ response, name: 'thumb', value: 'down' });
    const turned = ada.slice(0, -2) + (ada.endsWith('A') ? 'BB' : 'AA');
    expect(
      await tell(told.url, { items: [bad(ada), bad(ada), bad(turned), { ...bad(ben), value: 'up' }, 7] }),
    ).toMatchObject({
      status: 200,
      body: {
        accepted: 2,
        items: [
          { status: 'accepted' },
          { status: 'repeated' },
          { status: 'refused' },
          { status: 'accepted' },
          { status: 'refused' },
        ],
      },
    });
    // Of a subject's answers it does not matter of which: they are one unit, and the first value holds.
    expect((await tell(answering.url, bad(cydAgain))).body).toMatchObject({ accepted: 1 });
    expect((await tell(answering.url, bad(cyd))).body).toMatchObject({ accepted: 1 });
    expect((await tell(answering.url, bad(ben))).body.items).toEqual([{ status: 'repeated' }]);
    expect([(await tell(told.url, bad(ada), {})).status, (await tell(told.url, bad(turned))).status]).toEqual(
      [401, 400],
    );
    expect((await tell(told.url, bad(ada), foreign.headers)).status).toBe(403);
    const counted = await waitFor(
      async () => {
        const asked = { app, environment, splitVersions: [version], releaseId };
        const { judged } = (await readCounts(db, asked)).versions[0]!.arms.candidate;
        const { long } = judged['event:thumbs'] ?? {};
        return long !== undefined && long.exposed > 2 ? long : undefined;
      },
      { what: 'the units of the event' },
    );
    expect(counted).toEqual({ exposed: 3, bad: 2 });
    await gateways.stop(answering);
    // Late, and at another gateway than the one that answered, which is gone: kept and shown, not judged.
    expect(
      (await tell(told.url, { ...bad(ben), name: 'regret', at: '2026-11-30T10:00:00Z' })).body,
    ).toMatchObject({ accepted: 1 });
    expect((await tell(told.url, bad(ada))).body).toMatchObject({ accepted: 0 });
    expect(await listFeedback(db, releaseId)).toEqual([
      { name: 'thumb', value: 'down', arm: 'candidate', answers: 3, late: 0 },
      { name: 'regret', value: 'down', arm: 'candidate', answers: 1, late: 0 },
      { name: 'thumb', value: 'up', arm: 'candidate', answers: 1, late: 0 },
    ]);
  });
});

describe('a request that the candidate fails', () => {
  it('is answered by stable, and charged to the candidate', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const { version } = await release(db, app, { weight: 100, content: broken });
    await gateways.fault(breakMini);
    const { url } = await gateways.start();
    expect(await ask(url, app)).toMatchObject({
      status: 200,
      arm: 'stable',
      reason: 'rescued',
      digest: stable,
      version,
    });
    const [counts] = await counted(
      app,
      version,
      'candidate',
      (rows) => sum(rows, ({ guardrails }) => guardrails.errors!.long.exposed) === 1,
    );
    expect(counts).toMatchObject({ admitted: 1, failed: 1, rescued: 1, completed: 1 });
    expect(counts?.guardrails.errors).toEqual({
      short: { exposed: 1, bad: 1 },
      long: { exposed: 1, bad: 1 },
    });
    expect(await countsOf(app, version, 'stable')).toEqual([]);
  });

  it('is nobody’s where the request is at fault', async () => {
    const { db } = gateways.stage;
    const prompts = {
      main: { template: '---\ninput:\n  schema:\n    name: string\n---\n{{name}} {{history}}' },
    };
    const { app } = await createApp(db, { prompts });
    const { version } = await release(db, app, {
      weight: 100,
      content: { prompts, parameters: { temperature: 0 } },
    });
    const { url } = await gateways.start();
    expect((await ask(url, app)).status).toBe(400);
    const [counts] = await counted(
      app,
      version,
      'candidate',
      (rows) => sum(rows, ({ settled }) => settled?.long ?? 0) === 1,
    );
    expect(counts).toMatchObject({ admitted: 1, failed: 0, rescued: 0, callersWord: { faults: 1 } });
    expect(counts?.guardrails.errors!.long).toEqual({ exposed: 0, bad: 0 });
  });
});

it('counts a retry with the request that it repeats (21), and believes no mark without a key (32)', async () => {
  const { db } = gateways.stage;
  const { app } = await createApp(db);
  const { version } = await release(db, app, { weight: 100 });
  const key = await keyFor(db, app);
  const { url } = await gateways.start();
  const headers = { 'x-sluice-subject': 'ada' };
  await ask(url, app, { headers });
  await ask(url, app, { headers });
  const anonymous = { messages: [{ role: 'user', content: 'of nobody' }] };
  await ask(url, app, { ...anonymous, headers: { 'x-stainless-retry-count': '2' } });
  await ask(url, app, { ...anonymous, headers: key.headers });
  await ask(url, app, { ...anonymous, headers: { ...key.headers, 'x-stainless-retry-count': '1' } });
  // Marks of what nobody has seen: a tenth at most is believed.
  for (let i = 0; i < 30; i += 1) {
    await ask(url, app, {
      messages: [{ role: 'user', content: `new ${i}` }],
      headers: { ...key.headers, 'x-stainless-retry-count': '1' },
    });
  }
  const rows = await counted(
    app,
    version,
    'candidate',
    (found) => sum(found, ({ completed }) => completed) >= 30,
  );
  expect(rows[0]).toMatchObject({ admitted: 30, callersWord: { retries: 3 } });
});

it('charges a subject once, whichever gateway it went to (21)', async () => {
  const { db } = gateways.stage;
  const { app } = await createApp(db);
  const { version, releaseId } = await release(db, app, { weight: 100, content: broken });
  await gateways.fault(breakMini);
  const fail = (url: string, content: string) =>
    ask(url, app, { headers: { 'x-sluice-subject': 'ada' }, messages: [{ role: 'user', content }] });
  const charges = async () => {
    const { rows } = await db.query<{ n: number }>(
      `select count(*)::int as n from charged_subject where release_id = $1 and guardrail = 'errors'`,
      [releaseId],
    );
    return rows[0]?.n;
  };
  const exposed = (rows: ArmCounts[], guardrail: 'errors' | 'latency') =>
    sum(rows, ({ guardrails }) => guardrails[guardrail]!.long.exposed);
  await fail((await gateways.start()).url, 'first');
  await waitFor(async () => (await charges()) === 2, { what: 'both charges' });
  await counted(app, version, 'candidate', (rows) => exposed(rows, 'latency') === 1);
  // This gateway has read the charges of the other one before it takes its first request.
  await fail((await gateways.start()).url, 'second');
  const rows = await counted(app, version, 'candidate', (found) => exposed(found, 'latency') === 2);
  expect(exposed(rows, 'errors')).toBe(1);
  expect(await charges()).toBe(2);
});

describe('the process', () => {
  const children: SupervisedProcess[] = [];
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
  });
  async function startGatewayProcess(gatewayId: string): Promise<{ child: SupervisedProcess; url: string }> {
    const { databaseUrl, folder, simulator } = gateways.stage;
    const environmentsFile = join(folder, 'environments.yaml');
    writeFileSync(environmentsFile, stringify({ environments: { [environment]: bindingOf(simulator) } }));
    const child = await startProcess({
      name: gatewayId,
      run: { kind: 'node-script', script: join(import.meta.dirname, 'main.ts'), args: [] },
      logFile: join(folder, `${gatewayId}.log`),
      env: {
        SLUICE_GATEWAY_ID: gatewayId,
        SLUICE_ENVIRONMENT: environment,
        DATABASE_URL: databaseUrl,
        SLUICE_STATE_DIR: join(folder, gatewayId),
        SLUICE_ENVIRONMENTS_FILE: environmentsFile,
        SLUICE_DATA_KEY: dataKey.toString('base64'),
        SLUICE_INTERNAL_TOKEN: internalToken,
        SLUICE_LOG_LEVEL: 'error',
        SIMULATOR_KEY: 'any',
      },
    });
    children.push(child);
    const line = await waitFor(() => /^\{"ready":true.*\}$/mu.exec(child.output())?.[0], {
      what: 'the ready line',
    });
    return { child, url: (JSON.parse(line) as { url: string }).url };
  }

  it('writes its last counts when it is told to stop, and none are lost (21)', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { child, url } = await startGatewayProcess('orderly');
    const answers = Array.from({ length: 20 }, () => ask(url, app));
    await answers[0];
    const stopped = child.stop();
    const statuses = await Promise.allSettled(answers);
    expect(await stopped).toEqual({ code: 0, signal: null });
    const done = statuses.filter((result) => result.status === 'fulfilled').length;
    expect(sum(await countsOf(app, 1, 'stable'), ({ completed }) => completed)).toBe(done);
    const { rows } = await gateways.stage.db.query(
      `select ended_at from gateway_instance where id = 'orderly'`,
    );
    expect(rows).toEqual([{ ended_at: expect.any(Date) as Date }]);
  });

  it('leaves a recorded gap when it is killed (21)', async () => {
    const { db } = gateways.stage;
    const { app } = await createApp(db);
    const { version, releaseId } = await release(db, app, {
      weight: 100,
      content: { chain: [openaiTarget] },
    });
    const { child, url } = await startGatewayProcess('killed');
    await ask(url, app);
    await child.kill();
    await waitFor(
      async () => {
        const { gaps } = await readCounts(db, { app, environment, splitVersions: [version], releaseId });
        return gaps.some((gap) => gap.includes('killed'));
      },
      { what: 'the gap', timeoutMs: 15_000 },
    );
  });

  it('names the setting that is wrong', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: { SLUICE_GATEWAY_ID: 'x' },
    });
    const output: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
    expect(Buffer.concat(output).toString()).toContain('SLUICE_ENVIRONMENT');
  });
});
