import type { App } from '../../api/schemas/apps.ts';
import type { Serving } from '../../api/schemas/active.ts';
import { createApiClient } from '../http/api-client.ts';
import { createLiveBlock } from '../output/live-block.ts';
import { printable } from '../output/printable.ts';
import { json, problem, useFakeApi } from '../test-fixtures/fake-api.ts';
import { leastSpec, sluice, useFolder } from '../test-fixtures/sluice.ts';
import { servingOutcome, untilServed } from './release/serving.ts';

const folder = useFolder();
const api = useFakeApi();
const digest = `rev_${'0'.repeat(64)}`;
const asks = 'GET /v1/apps/my-app/gateways?environment=production';

function appOf(stable: { label: string; digest: string }): App {
  const active = { app: 'my-app', environment: 'production', version: 1, stable: { ...stable, chain: [] } };
  return {
    name: 'my-app',
    sampling: 'redacted',
    samplesPerSecond: 1,
    maxSamples: 20_000,
    maxFreshSamples: 5_000,
    maxFreshMegabytes: 256,
    reports: 'shown',
    createdAt: '2026-01-01T00:00:00.000Z',
    active: [active],
  };
}

function servingOf(...gateways: Serving['gateways']): Serving {
  return { app: 'my-app', environment: 'production', version: 1, gateways };
}

const serves = (gatewayId: string) => ({ gatewayId, state: 'serving' as const });
const waits = (gatewayId: string) => ({ gatewayId, state: 'waiting' as const });
const refuses = (gatewayId: string) => ({
  ...{ gatewayId, state: 'refused' as const },
  reason: 'The key in OPENAI_API_KEY is not set in this gateway. Set OPENAI_API_KEY and start it again.',
});

beforeEach(() => {
  folder.write('sluice.yaml', leastSpec);
  api.answers.set('GET /v1/apps/my-app', problem(404, 'not_found', 'There is no app "my-app".'));
  api.answers.set('POST /v1/apps', json(200, appOf({ label: 'my-app-v1', digest })));
  api.answers.set(
    'POST /v1/revisions',
    json(201, { app: 'my-app', label: 'my-app-v1', digest, created: true }),
  );
});

function create(...argv: string[]) {
  return sluice(['app', 'create', ...argv], { cwd: folder.path, env: { SLUICE_API_URL: api.url } });
}

const skipped = ['--stable', '--skip-evaluation', '--reason', 'it serves already'];

describe('sluice app create --stable', () => {
  it('waits for every gateway, says so, and then that the revision serves: 0', async () => {
    const answers = [
      servingOf(waits('g1'), waits('g2')),
      servingOf(serves('g1'), waits('g2')),
      servingOf(serves('g1'), serves('g2')),
    ];
    api.answers.set(asks, (response, request) => {
      json(200, answers.shift())(response, request);
    });
    const ran = await create(...skipped);
    expect(ran).toMatchObject({
      code: 0,
      stdout: 'my-app-v1 serves my-app, confirmed by 2 gateways: ask for the model "my-app".\n',
    });
    expect(ran.stderr).toContain('waiting for g1, g2 to serve my-app\nwaiting for g2 to serve my-app\n');
    expect(ran.stderr).toContain('sluice: outcome=done code=0');
  });

  it('says which gateways refuse it, why, and what to do, and never that it serves: 5', async () => {
    api.answers.set(asks, json(200, servingOf(serves('g1'), refuses('g2'))));
    const ran = await create(...skipped);
    expect(ran.code).toBe(5);
    expect(ran.stdout).toContain(
      '1 of 2 live gateways of production do not serve it:\n  g2 refuses it: The key',
    );
    expect(ran.stdout).toContain('Set OPENAI_API_KEY');
    expect(ran.stdout).not.toContain('serves my-app');
    expect(ran.stderr).toContain('sluice: outcome=refused code=5');
    expect(JSON.parse((await create(...skipped, '--json')).stdout)).toMatchObject({
      ...{ outcome: 'refused', code: 5, revision: { label: 'my-app-v1', digest } },
      serving: { version: 1, gateways: [serves('g1'), refuses('g2')] },
    });
  });

  it('says that nothing serves yet where no gateway is alive: 0', async () => {
    api.answers.set(asks, json(200, servingOf()));
    const ran = await create(...skipped);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('in the config store; nothing serves it yet, for no gateway of production');
  });

  it('cannot tell where the control plane goes away while it waits: 5', async () => {
    api.answers.set(asks, problem(503, 'unreachable', 'The database is away.'));
    expect(await create(...skipped)).toMatchObject({ code: 5, stdout: '' });
  });

  it('does not claim for the first revision what serves today, and evaluates nothing: 0', async () => {
    api.answers.set('GET /v1/apps/my-app', json(200, appOf({ label: 'my-app-v2', digest: 'rev_2' })));
    api.answers.set('POST /v1/apps', json(200, appOf({ label: 'my-app-v2', digest: 'rev_2' })));
    const ran = await create('--stable');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe('my-app-v1 was the first revision of my-app; my-app-v2 is stable today.\n');
  });

  it('is not waited for without --stable', async () => {
    const ran = await create();
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('make it serve with: sluice app create --stable');
    expect(api.received.map(({ method }) => method)).not.toContain('GET');
  });

  it('is given no gate to pass by accident: without suites or a reason nothing is published: 2', async () => {
    expect(await create('--stable')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('evaluates nothing') as unknown,
    });
    expect(await create('--stable', '--skip-evaluation')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason') as unknown,
    });
    expect(api.received.map(({ method }) => method)).not.toContain('POST');
  });

  describe('with suites', () => {
    const path = '/v1/apps/my-app/evaluations';
    const running = {
      ...{ id: 'first_1', app: 'my-app', revision: digest, label: 'my-app-v1', state: 'running', calls: 3 },
      createdAt: '2026-01-01T00:00:00.000Z',
    };
    beforeEach(() => {
      folder.write('sluice.yaml', `${leastSpec}evaluate:\n  suites: [smoke.yaml]\n`);
      folder.write(
        'smoke.yaml',
        'tests:\n  - { vars: { message: hello }, assert: [{ type: contains, value: hello }] }\n',
      );
      api.answers.set(`POST ${path}`, json(202, running));
      api.answers.set(asks, json(200, servingOf(serves('g1'))));
    });

    it('has the server evaluate what was published, and serves what passed: 0', async () => {
      const answers = [
        running,
        { ...running, state: 'decided', outcome: 'pass', summary: 'pass rate 100 %' },
      ];
      api.answers.set(`GET ${path}/first_1`, (response, request) => {
        json(200, answers.shift())(response, request);
      });
      const ran = await create('--stable');
      expect(ran).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('evaluation: pass rate 100 %') as string,
      });
      const asked = api.received.find((request) => request.path === path);
      expect(asked?.body).toMatchObject({
        revision: digest,
        planName: 'default',
        suites: [{ name: 'smoke' }],
      });
      expect(api.received.filter((request) => request.path === '/v1/apps').at(-1)?.body).toMatchObject({
        ...{ stable: digest, skipEvaluation: false },
        reason: 'First release of the app: pass rate 100 %',
      });
    });

    it.each([
      ['fail', 'decided', 11, 'did not pass its evaluation: why'],
      ['inconclusive', 'decided', 12, 'could not be decided by its evaluation: why'],
      [undefined, 'failed', 5, 'could not be evaluated: why'],
    ] as const)('does not serve where the server says %s (%s): %i', async (outcome, state, code, text) => {
      const over = { ...running, state, summary: 'why', ...(outcome === undefined ? {} : { outcome }) };
      api.answers.set(`POST ${path}`, json(202, over));
      const ran = await create('--stable');
      expect([ran.code, ran.stdout]).toEqual([code, expect.stringContaining(text)]);
      expect(ran.stdout).toContain('It is published, and serves nothing.');
      expect(api.received.filter(({ body }) => JSON.stringify(body ?? {}).includes('"stable"'))).toEqual([]);
    });
  });

  it('tells the audit log why the evaluation was skipped', async () => {
    api.answers.set(asks, json(200, servingOf(serves('g1'))));
    expect(await create(...skipped)).toMatchObject({ code: 0 });
    const bodies = api.received.map(({ body }) => body);
    expect(bodies).toContainEqual(
      expect.objectContaining({
        stable: digest,
        skipEvaluation: true,
        reason: 'First release of the app: evaluation skipped, it serves already',
      }),
    );
  });
});

it('leaves plans and suites as they are where the revision is refused: 17', async () => {
  api.answers.set('POST /v1/revisions', problem(409, 'conflict', 'The label belongs to another.'));
  expect(await create()).toMatchObject({ code: 17 });
  for (const { body } of api.received) expect(body ?? {}).not.toHaveProperty('publication');
});

it('waits for a gateway that says nothing no longer than it may, and names it: 5', async () => {
  api.answers.set(asks, json(200, servingOf(serves('g1'), waits('g2'))));
  const told: string[] = [];
  const context = {
    api: () => createApiClient({ apiUrl: api.url, token: undefined }),
    live: () => createLiveBlock({ write: (text: string) => told.push(text) }, { redraw: false, printable }),
  };
  const serving = await untilServed(context, { app: 'my-app', environment: 'production', withinMs: 1 });
  expect(told).toEqual(['waiting for g2 to serve my-app\n']);
  expect(servingOutcome('my-app-v1', serving)).toMatchObject({
    ...{ code: 5, word: 'unconfirmed' },
    text: expect.stringContaining('\n  g2 has not taken it yet: see its log') as string,
  });
});
