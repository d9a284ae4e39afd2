import { closedAs, events, json, problem, releaseOf, useFakeApi } from '../../test-fixtures/fake-api.ts';
import type { ShownGuard } from '../../../api/schemas/guard.ts';
import { leastSpec, sluice, useFolder, type Ran } from '../../test-fixtures/sluice.ts';

const folder = useFolder();
const api = useFakeApi();

const stream = 'GET /v1/releases/r1/events';
const starts = 'POST /v1/releases';

beforeEach(() => {
  folder.write('sluice.yaml', leastSpec);
  api.answers.set(starts, json(201, releaseOf({ state: 'starting' })));
});

function start(...argv: string[]): Promise<Ran> {
  const env = { SLUICE_API_URL: api.url, SLUICE_TOKEN: 'slc_secret' };
  return sluice(['release', 'start', ...argv], { cwd: folder.path, env });
}

describe('sluice release start --wait', () => {
  it.each([
    ['promoted', 0],
    ['failed', 5],
    ['rolled_back', 10],
    ['blocked', 11],
    ['inconclusive', 12],
    ['aborted', 15],
    ['superseded', 16],
  ] as const)('ends with the exit code of a release that was %s: %i', async (state, code) => {
    api.answers.set(stream, events([releaseOf({ stage: 'evaluate' }), closedAs(state)]));
    const ran = await start('--wait');
    expect(ran.code).toBe(code);
    expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(`sluice: outcome=${state} code=${code} release=r1`);
    expect(ran.stdout).toContain(state.replace('_', ' '));
  });

  it('outlasts the pause of a colleague, and stops at it only where it is told to: 13', async () => {
    const paused = releaseOf({ state: 'paused', weight: 5 });
    api.answers.set(stream, events([paused, releaseOf({ weight: 5 }), closedAs('promoted')]));
    expect(await start('--wait')).toMatchObject({ code: 0 });
    expect(await start('--wait', '--exit-on-pause')).toMatchObject({ code: 13 });
  });

  it('says when its own time is over that the release goes on: 14', async () => {
    api.answers.set(stream, events([releaseOf({})]));
    const ran = await start('--wait', '--timeout', '200ms');
    expect(ran.code).toBe(14);
    expect(ran.stdout).toContain('the release goes on');
    expect(ran.stderr).toContain('outcome=watch_timed_out code=14 release=r1');
  });

  it.each([
    ['passed', 'system:release', 0],
    ['rolled_back', 'system:release', 10],
    ['rolled_back', 'token:ada', 15],
    ['inconclusive', 'system:reconciler', 12],
    ['closed', 'token:ci', 16],
  ] as const)(
    'follows it to the end of its guard where asked to: %s by %s, %i',
    async (state, decidedBy, code) => {
      const guard: ShownGuard = {
        ...{
          releaseId: 'r1',
          state,
          formerLabel: 's1',
          heldBack: 5,
          holdMs: 60_000,
          heldMs: 60_000,
          decidedBy,
        },
        ...{ openedAt: '2026-11-30T10:00:00.000Z', dueAt: '2026-11-30T10:01:00.000Z', reason: 'so' },
      };
      api.answers.set(stream, events([closedAs('promoted', { guard: { ...guard, state: 'open' } })]));
      api.answers.set('GET /v1/releases/r1', json(200, closedAs('promoted', { guard })));
      const ran = await start('--wait', '--until', 'guarded');
      expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(
        `sluice: outcome=guard_${state} code=${code} release=r1`,
      );
      expect(ran.stdout).toContain(`guard: ${state.replace('_', ' ')}: so; held 60 of 60 s`);
      expect(await start('--wait')).toMatchObject({ code: 0 });
    },
  );

  it('waits for no guard where nothing is waited for, nor where there is none, and says so', async () => {
    const unwaited = await start('--until', 'guarded');
    expect([unwaited.code, unwaited.stderr]).toEqual([2, expect.stringMatching(/Add --wait/) as unknown]);
    expect(api.received).toEqual([]);
    api.answers.set(stream, events([closedAs('promoted')]));
    api.answers.set('GET /v1/releases/r1', json(200, closedAs('promoted')));
    const ran = await start('--wait', '--until', 'guarded');
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(/has no guard/) as unknown]);
  });

  it('waits for its turn where the app is busy, and then watches; or says at which place it stands', async () => {
    const queued = {
      id: 'que_1',
      app: 'my-app',
      label: 'my-app-v1',
      actor: 'token:ci',
      queuedAt: '2026-11-30T10:00:00.000Z',
    };
    api.answers.set(starts, json(202, { ...queued, state: 'waiting', position: 2 }));
    api.answers.set(
      'GET /v1/apps/my-app/queue/que_1',
      json(200, { ...queued, state: 'waiting', position: 2 }),
    );
    const now = await start('--if-busy', 'queue');
    api.answers.set(
      'GET /v1/apps/my-app/queue/que_1',
      json(200, { ...queued, state: 'started', releaseId: 'r1' }),
    );
    api.answers.set(stream, events([closedAs('promoted')]));
    expect(now).toMatchObject({ code: 0, stdout: expect.stringContaining('waits at position 2') as unknown });
    expect(now.stderr).toContain('outcome=queued');
    expect(await start('--if-busy', 'queue', '--wait')).toMatchObject({ code: 0 });
    expect((await start('--if-busy', 'queue')).stdout).toContain('started, as r1');
    api.answers.set(
      'GET /v1/apps/my-app/queue/que_1',
      json(200, { ...queued, state: 'refused', reason: 'stable already' }),
    );
    expect(await start('--if-busy', 'queue', '--wait')).toMatchObject({ code: 17 });
    // The same key again is answered as it was then.
    expect(await start('--if-busy', 'queue')).toMatchObject({ code: 17 });
  });

  it('goes on watching after a connection that broke, and one that ended', async () => {
    const answers = [
      events([releaseOf({ weight: 5 })], 'broken'),
      problem(503, 'unreachable', 'The database is away.'),
      events([releaseOf({ weight: 25 })], 'ended'),
      events([closedAs('promoted')]),
    ];
    api.answers.set(stream, (response, request) => answers.shift()?.(response, request));
    expect(await start('--wait')).toMatchObject({ code: 0 });
    expect(answers).toHaveLength(0);
  });

  it('tells every change once where there is no terminal, and prints one JSON document', async () => {
    const same = releaseOf({ stage: 'canary-5', weight: 5 });
    api.answers.set(stream, events([same, same, closedAs('rolled_back', { reason: 'errors' })]));
    const ran = await start('--wait', '--json');
    expect(ran.stderr.match(/canary-5 at 5 %/g)).toHaveLength(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'rolled_back',
      code: 10,
      release: { id: 'r1', reason: 'errors' },
    });
  });
});

describe('sluice release start', () => {
  it('starts with the revision and the plan of the file under a key of its own, and returns', async () => {
    expect(await start('--idempotency-key', 'build-7', '--reason', 'why')).toMatchObject({ code: 0 });
    // In one request: what is refused publishes nothing.
    const [started, ...more] = api.received;
    expect(more).toEqual([]);
    expect(started?.headers).toMatchObject({
      authorization: 'Bearer slc_secret',
      'idempotency-key': 'build-7',
    });
    expect(started?.body).toMatchObject({
      app: 'my-app',
      revision: { label: 'my-app-v1', content: { chain: [{ provider: 'openai', model: 'gpt-5-mini' }] } },
      planName: 'default',
      reason: 'why',
      plan: { alpha: 0.05 },
    });
  });

  it.each([
    [409, 'busy', 17],
    [401, 'unauthenticated', 4],
    [403, 'forbidden', 4],
    [404, 'not_found', 3],
    [400, 'invalid_request', 2],
    [503, 'unreachable', 5],
    [500, 'internal', 1],
  ] as const)('passes a refusal on (%i %s) with its remedy: %i', async (status, code, exit) => {
    api.answers.set(starts, problem(status, code, 'It was refused.', { remedy: 'Do this.' }));
    const ran = await start('--wait');
    expect(ran).toMatchObject({ code: exit, stdout: '' });
    expect(ran.stderr).toContain('It was refused.\n  → ');
    expect(ran.stderr).toContain(`outcome=${code} code=${exit}`);
  });

  it('names the fields that the API does not take', async () => {
    const errors = [{ path: 'plan.alpha', message: 'too large' }];
    api.answers.set(starts, problem(400, 'invalid_request', 'The body is wrong.', { errors }));
    expect((await start()).stderr).toContain('The body is wrong.\n  plan.alpha: too large');
  });

  it('sends nothing for a plan that the file does not have', async () => {
    const ran = await start('--plan', 'fast');
    expect(ran).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('It has: default, hotfix.') as unknown,
    });
    expect(api.received).toHaveLength(0);
  });

  it('cannot tell where something else than the API answers: 5', async () => {
    api.answers.set(starts, (response) => response.writeHead(200).end('<html>hello</html>'));
    expect(await start()).toMatchObject({ code: 5 });
    api.answers.set(starts, (response) => response.writeHead(502).end('bad gateway'));
    expect(await start()).toMatchObject({ code: 5 });
  });
});

it('ends a watch where the API stays away, and says that the release goes on: 5', async () => {
  const { watchRelease } = await import('../../http/watch-release.ts');
  const { createApiClient } = await import('../../http/api-client.ts');
  api.answers.set(stream, problem(503, 'unreachable', 'The database is away.'));
  const client = createApiClient({ apiUrl: api.url, token: undefined });
  const watching = watchRelease(client, {
    id: 'r1',
    timeoutMs: 60_000,
    patienceMs: 0,
    onRelease: () => undefined,
  });
  await expect(watching).rejects.toMatchObject({
    code: 'unreachable',
    remedy: expect.stringContaining('goes on') as unknown,
  });
});

it('ends a watch whose events end without an end, or name no release, as often as it asks: 5', async () => {
  const { watchRelease } = await import('../../http/watch-release.ts');
  const { createApiClient } = await import('../../http/api-client.ts');
  const client = createApiClient({ apiUrl: api.url, token: undefined });
  const watch = () =>
    watchRelease(client, { id: 'r1', timeoutMs: 60_000, patienceMs: 0, onRelease: () => undefined });
  api.answers.set(stream, (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
  );
  await expect(watch()).rejects.toMatchObject({ code: 'unreachable' });
  api.answers.set(stream, (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('event: release\ndata: null\n\n'),
  );
  await expect(watch()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('names no release') as unknown,
  });
});
