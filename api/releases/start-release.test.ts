import { randomUUID } from 'node:crypto';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { createRelease } from '../../config-store/releases/create-release.ts';
import { listReleases } from '../../config-store/releases/list-releases.ts';
import { listRevisions } from '../../config-store/revisions/list-revisions.ts';
import { setApp } from '../../config-store/apps/set-app.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import { readOpenRelease } from '../../config-store/releases/read-open-release.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { setFirstRunId } from '../../config-store/releases/progress/set-first-run-id.ts';
import { publish, raise, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { releaseWorkflowId } from '../../domain/release/release.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { releaseStart, releaseWorkflowType } from '../../workflows/messages.ts';
import { releaseIdOf } from './releasable.ts';
import type { AuditEntry } from '../schemas/audit.ts';
import { type ReleaseCheck, startReleaseSchema } from '../schemas/releases.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { content, createBank, plan, start } from '../test-fixtures/bank.ts';
import { problemOf } from '../test-fixtures/problem-of.ts';

const api = useApi();

const runOf = (app: string) => api.temporal.workflow.getHandle(releaseWorkflowId(app)).describe();
const rowsOf = async (app: string) => (await listReleases(api.db, { app })).items;

/** Commits the row that a request would commit, as an API that died before it started the workflow. */
async function commitRowOnly(app: string, key: string, revision: string) {
  const parsed = startReleaseSchema.parse({ app, revision, plan });
  const actor = 'token:releaser';
  const role = 'releaser' as const;
  return createRelease(api.db, {
    ...{
      id: releaseIdOf({ ...parsed, actor, author: 'releaser', role, idempotencyKey: key }),
      app,
      environment: 'production',
      revision,
    },
    ...{ planName: 'default', plan: planSchema.parse(plan), suites: [], provenance: {}, actor },
  });
}

describe('a release that is started', () => {
  it('has a row and a running workflow when it is answered', async () => {
    const { app, a, b } = await createBank(api.db);
    const { status, body } = await start(api, app);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ app, environment: 'production', revision: b, label: 'b', stable: a, planName: 'default' },
      ...{ state: 'starting', weight: 0, actor: 'token:releaser', stages: [] },
      // Nobody works at this test's task queue: a start that says nothing of it would stay `starting` without a word.
      health: { condition: 'unattended', says: [expect.stringContaining('no worker waits') as string] },
    });
    const run = await runOf(app);
    expect([run.status.name, run.memo?.['release']]).toEqual(['RUNNING', body.id]);
    expect((await rowsOf(app))[0]).toMatchObject({ id: body.id, firstRunId: run.runId });
  });

  it('keeps its own plan and suites to itself: what is published stays as it is', async () => {
    const { app } = await createBank(api.db);
    const publication = { plans: { hotfix: planSchema.parse({}) }, suites: [] };
    await api.post('/v1/apps', { body: { name: app, publication } });
    await start(api, app, { more: { suites: [] } });
    expect((await readApp(api.db, app))?.published).toEqual(publication);
  });

  it('is refused where its mirror could not be judged, and a check says so before: nothing is begun', async () => {
    const { app } = await createBank(api.db);
    const mirror = { minPairs: 30, samples: 100, margin: 0.1 };
    const body = { app, revision: 'b', plan: { ...plan, mirror } };
    const checked = await api.post<ReleaseCheck>('/v1/releases/check', { body });
    expect([checked.status, checked.body]).toMatchObject([
      200,
      { label: 'b', mirror: { state: 'waits', have: 0, remedy: expect.any(String) as string } },
    ]);
    await setApp(api.db, { app, settings: { sampling: 'metadata' }, actor: 'user:ada' });
    expect((await api.post<ReleaseCheck>('/v1/releases/check', { body })).body.mirror?.state).toBe('lacks');
    const started = await api.post<ProblemBody>('/v1/releases', { body });
    expect([started.status, started.body.code]).toEqual([409, 'lacks_data']);
    expect(started.body.remedy).toContain('sluice app set');
    expect(await rowsOf(app)).toEqual([]);
    expect(
      (await api.post('/v1/releases', { body: { ...body, skip: ['mirror'], reason: 'as agreed' } })).status,
    ).not.toBe(409);
  });

  it('takes a published plan by its name', async () => {
    const { app } = await createBank(api.db);
    const publication = { plans: { hotfix: planSchema.parse(plan) }, suites: [] };
    await api.post('/v1/apps', { body: { name: app, publication } });
    const { body } = await api.post<{ planName: string }>('/v1/releases', {
      body: { app, revision: 'b', planName: 'hotfix' },
    });
    expect(body.planName).toBe('hotfix');
  });

  it('is the same one for everybody who sends the same key, also at the same time (invariant 18)', async () => {
    const { app } = await createBank(api.db);
    const key = randomUUID();
    const answers = await Promise.all([start(api, app, { key }), start(api, app, { key })]);
    const [first] = answers.filter(({ status }) => status === 201);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const again = await start(api, app, { key });
    expect([again.status, again.body]).toEqual([201, first?.body]);
    expect(await rowsOf(app)).toHaveLength(1);
  });
});

describe('a release that is refused', () => {
  it.each([
    ['an unknown app', { app: 'missing' }, 404, 'not_found'],
    ['an unknown revision', { revision: 'missing' }, 404, 'not_found'],
    ['an unknown plan', { plan: undefined, planName: 'missing' }, 404, 'not_found'],
    ['the revision that is stable already', { revision: 'a' }, 409, 'conflict'],
    ['a retry without a reason', { retry: true }, 400, 'invalid_request'],
  ])('%s', async (_what, change, status, code) => {
    const { app } = await createBank(api.db);
    const answer = await start(api, app, { more: change });
    expect([answer.status, problemOf(answer).code]).toEqual([status, code]);
    expect(await rowsOf(app)).toHaveLength(0);
  });

  it('an app without a stable revision', async () => {
    const app = `app-${randomUUID().slice(0, 8)}`;
    await api.post('/v1/apps', { body: { name: app } });
    await publish(api.db, app, 'b');
    const answer = await start(api, app);
    expect([answer.status, problemOf(answer).code]).toEqual([404, 'not_active']);
  });

  it('a busy app, naming the release that is open (invariant 3)', async () => {
    const { app } = await createBank(api.db);
    await publish(api.db, app, 'c');
    const open = await start(api, app);
    const second = await start(api, app, { revision: 'c' });
    expect([second.status, problemOf(second).code]).toEqual([409, 'busy']);
    expect(problemOf(second).details).toMatchObject({ releaseId: open.body.id });
    expect(await rowsOf(app)).toHaveLength(1);
  });

  it('the same key with another body, while the first goes on', async () => {
    const { app } = await createBank(api.db);
    const key = randomUUID();
    await start(api, app, { key });
    const other = await start(api, app, { key, more: { reason: 'another' } });
    expect([other.status, problemOf(other).detail]).toEqual([
      409,
      'This Idempotency-Key was used for another request.',
    ]);
  });

  it('a revision that was taken back, unless it is a retry with a reason, which the audit log keeps', async () => {
    const { app, b } = await createBank(api.db);
    const opened = await startRelease(api.db, app, 'b');
    await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
    await rollback(api.db, {
      ...{ app, environment: 'production', takeOut: b, actor: 'test', reason: 'bad', operationId: 'back' },
    });
    await closeRelease(api.db, {
      releaseId: opened.release.id,
      outcome: 'rolled_back',
      reason: 'bad',
      actor: 'system:release',
    });
    expect(problemOf(await start(api, app)).detail).toMatch(/^b was rolled back before by test: bad \(/);
    const retried = await start(api, app, { more: { retry: true, reason: 'the provider was at fault' } });
    expect(retried.status).toBe(201);
    const audit = await api.get<{ items: AuditEntry[] }>(`/v1/audit?releaseId=${retried.body.id}`);
    const entry = audit.body.items.find(({ action }) => action === 'release.retried');
    expect(entry).toMatchObject({
      actor: 'token:releaser',
      details: { reason: 'the provider was at fault' },
    });
  });
});

describe('a revision that is started without being published before', () => {
  const fresh = () => ({ label: `v-${randomUUID().slice(0, 8)}`, content: content(randomUUID()) });
  const revisionsOf = async (app: string) =>
    (await listRevisions(api.db, { app, environment: 'production' })).items.map(({ label }) => label);

  it('is published with the start, once, and under the label that its content has', async () => {
    const { app } = await createBank(api.db);
    const [key, revision] = [randomUUID(), fresh()];
    const first = await start(api, app, { key, more: { revision } });
    expect([first.status, first.body.label]).toEqual([201, revision.label]);
    expect((await start(api, app, { key, more: { revision } })).body).toEqual(first.body);
    const audit = await api.get<{ items: AuditEntry[] }>(`/v1/audit?app=${app}`);
    const published = audit.body.items.filter(({ details }) => details['label'] === revision.label);
    expect(published.map(({ action, actor }) => [action, actor])).toEqual([
      ['revision.published', 'token:releaser'],
    ]);
    const other = await createBank(api.db);
    const again = await start(api, other.app, {
      more: { revision: { label: 'other', content: content('b') } },
    });
    expect(again.body.label).toBe('b');
  });

  it.each([
    ['while the app is busy', 'busy', (app: string) => start(api, app), {}],
    [
      'for a label that is taken',
      'conflict',
      undefined,
      { revision: { label: 'a', content: content('new') } },
    ],
    ['without a reason for a retry', 'invalid_request', undefined, { retry: true }],
    ['by an unknown plan', 'not_found', undefined, { plan: undefined, planName: 'missing' }],
    ['where the plan breaks the policy', 'policy_violated', demandMuch, {}],
    ['while Temporal runs a release that no row tells of', 'busy', runUnknown, {}],
  ])('is not published when it is refused: %s', async (_why, code, before, change) => {
    const { app } = await createBank(api.db);
    await before?.(app);
    const known = await revisionsOf(app);
    const refused = await start(api, app, { more: { revision: fresh(), ...change } });
    expect(problemOf(refused).code).toBe(code);
    expect(await revisionsOf(app)).toEqual(known);
  });

  async function demandMuch(app: string): Promise<void> {
    const policy = { steps: { minHold: '1h' } };
    expect((await api.post(`/v1/apps/${app}/policy`, { body: { policy } })).status).toBe(201);
  }

  async function runUnknown(app: string): Promise<void> {
    const options = releaseStart({
      id: 'rel_unknown',
      app,
      label: 'x',
      planName: 'default',
      actor: 'somebody',
    });
    await api.temporal.workflow.start(releaseWorkflowType, { ...options, taskQueue: 'nobody-works-on-it' });
  }
});

describe('what a start does when something fails', () => {
  it('writes nothing while Temporal is away, and does not make the app busy', async () => {
    const { app } = await createBank(api.db);
    const key = randomUUID();
    await api.temporalProxy.cut();
    const revision = { label: 'never', content: content('never') };
    const away = await start(api, app, { key, more: { revision } });
    expect(
      (await listRevisions(api.db, { app, environment: 'production' })).items.map(({ label }) => label),
    ).not.toContain('never');
    expect([away.status, problemOf(away).code]).toEqual([503, 'unreachable']);
    expect(problemOf(away).remedy).toMatch(/TEMPORAL_ADDRESS/);
    expect(await rowsOf(app)).toHaveLength(0);
    await api.temporalProxy.mend();
    const again = await waitFor(
      async () => {
        const answer = await start(api, app, { key });
        return answer.status === 201 && answer;
      },
      { what: 'Temporal to be reached again' },
    );
    expect((await runOf(app)).memo?.['release']).toBe(again.body.id);
  });

  it('goes on with the row of a start that was lost, when the same key is sent again', async () => {
    const { app, b } = await createBank(api.db);
    const key = randomUUID();
    const row = await commitRowOnly(app, key, b);
    const { status, body } = await start(api, app, { key });
    expect([status, body.id]).toEqual([201, row.id]);
    const run = await runOf(app);
    expect(run.memo?.['release']).toBe(row.id);
    expect((await rowsOf(app)).map(({ firstRunId }) => firstRunId)).toEqual([run.runId]);
  });

  it('finds the run again whose answer was lost', async () => {
    const { app, b } = await createBank(api.db);
    const key = randomUUID();
    const row = await commitRowOnly(app, key, b);
    const { taskQueue } = api;
    const run = await api.temporal.workflow.start(releaseWorkflowType, { ...releaseStart(row), taskQueue });
    const { status, body } = await start(api, app, { key });
    expect([status, body.id]).toEqual([201, row.id]);
    expect((await rowsOf(app))[0]?.firstRunId).toBe(run.firstExecutionRunId);
  });

  it('does not say "started" for a row that was given up before it ran', async () => {
    const { app, b } = await createBank(api.db);
    const key = randomUUID();
    const row = await commitRowOnly(app, key, b);
    await closeRelease(api.db, {
      releaseId: row.id,
      outcome: 'failed',
      reason: 'its workflow never started',
      actor: 'system:reconciler',
    });
    const answer = await start(api, app, { key });
    expect([answer.status, problemOf(answer).details]).toEqual([409, { releaseId: row.id }]);
    await expect(runOf(app)).rejects.toThrow(/not found/i);
  });

  it('answers for a lost start whose release has ended since', async () => {
    const { app, b } = await createBank(api.db);
    const key = randomUUID();
    const row = await commitRowOnly(app, key, b);
    await setFirstRunId(api.db, { releaseId: row.id, runId: 'run' });
    await closeRelease(api.db, {
      releaseId: row.id,
      outcome: 'failed',
      reason: 'over',
      actor: 'system:release',
    });
    const { status, body } = await start(api, app, { key });
    expect([status, body.id, body.state]).toEqual([201, row.id, 'failed']);
  });

  it('refuses a key that another release was recorded for', async () => {
    const { app, b } = await createBank(api.db);
    await publish(api.db, app, 'c');
    const key = randomUUID();
    await commitRowOnly(app, key, b);
    const answer = await start(api, app, { key, revision: 'c' });
    expect([answer.status, problemOf(answer).code]).toEqual([409, 'conflict']);
  });

  it('closes its row when the workflow id is held by a run that was started by hand', async () => {
    const { app } = await createBank(api.db);
    const { taskQueue } = api;
    const workflowId = releaseWorkflowId(app);
    const byHand = await api.temporal.workflow.start(releaseWorkflowType, {
      ...{ workflowId, taskQueue, args: [{ app, revision: 'b' }] },
    });
    const answer = await start(api, app);
    expect([answer.status, problemOf(answer).code]).toEqual([409, 'busy']);
    expect(problemOf(answer).details).toEqual({ releaseId: byHand.firstExecutionRunId });
    expect(await readOpenRelease(api.db, { app, environment: 'production' })).toBeUndefined();
  });

  it('waits for the workflow of a release that has just ended', async () => {
    const { app } = await createBank(api.db);
    await publish(api.db, app, 'c');
    const { body } = await start(api, app);
    await closeRelease(api.db, {
      releaseId: body.id,
      outcome: 'failed',
      reason: 'over',
      actor: 'system:release',
    });
    const next = start(api, app, { revision: 'c' });
    await waitFor(async () => (await rowsOf(app)).length === 2, { what: 'the row of the next release' });
    await api.temporal.workflow.getHandle(releaseWorkflowId(app)).terminate();
    const { status, body: started } = await next;
    expect(status).toBe(201);
    expect((await runOf(app)).memo?.['release']).toBe(started.id);
  });
});
