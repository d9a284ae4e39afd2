import { randomUUID } from 'node:crypto';
import { createEvalRun } from '../../config-store/evaluations/create-eval-run.ts';
import { decideEvalRun } from '../../config-store/evaluations/decide-eval-run.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { firstEvaluationWorkflowId } from '../../domain/evaluation/first-evaluation.ts';
import { planSchema } from '../../domain/release/plan.ts';
import { policySchema, tryoutPolicy } from '../../domain/policy/policy.ts';
import { suiteSchema } from '../../domain/evaluation/suite.ts';
import { evaluationWorkflowType } from '../../workflows/messages.ts';
import type { App } from '../schemas/apps.ts';
import type { PublishedRevision } from '../schemas/revisions.ts';
import type { FirstEvaluation } from '../schemas/first-evaluations.ts';
import type { AuditEntry } from '../schemas/audit.ts';
import { useApi } from '../test-fixtures/api-under-test.ts';
import { content } from '../test-fixtures/bank.ts';
import { problemOf } from '../test-fixtures/problem-of.ts';

const api = useApi();
const rulesOf = (answer: { body: unknown }) =>
  (problemOf(answer).details?.['violations'] as { rule: string }[]).map(({ rule }) => rule);

const cases = suiteSchema.parse({
  tests: [{ id: 'a', vars: { message: 'hello' }, assert: [{ type: 'contains', value: 'hello' }] }],
});
const suites = [{ name: 'smoke', digest: digestOf(cases), content: cases }];
const plan = planSchema.parse({});

/** An app with published revisions that serves nothing. */
async function createApp(...labels: string[]) {
  const app = `app-${randomUUID().slice(0, 8)}`;
  await api.post('/v1/apps', { body: { name: app } });
  const digests = [];
  for (const label of labels) {
    const body = { app, label, content: content(label) };
    digests.push((await api.post<PublishedRevision>('/v1/revisions', { body })).body.digest);
  }
  return { app, v1: digests[0] ?? '', v2: digests[1] ?? '' };
}

const evaluate = (app: string, more: object = {}, key?: string) =>
  api.post<FirstEvaluation>(`/v1/apps/${app}/evaluations`, {
    as: 'releaser',
    body: { revision: 'v1', plan, suites, ...more },
    ...(key === undefined ? {} : { key }),
  });
const serve = (app: string, more: object = {}, as: 'releaser' | 'admin' = 'releaser') =>
  api.post<App>('/v1/apps', { as, body: { name: app, stable: 'v1', ...more } });

/** What the worker stores of an evaluation. */
async function decide(app: string, id: string, revision: string, outcome: string) {
  const run = { id: `${id}-evaluation`, kind: 'evaluation' as const, firstEvaluationId: id, app };
  await createEvalRun(api.db, { ...run, candidate: revision, planned: {} });
  const gate = { outcome, summary: 'pass rate 100 %', evidenceDigest: 'e' };
  await decideEvalRun(api.db, { id: run.id, decision: { gate } });
}

const servesNothing = async (app: string) => {
  expect(await readSplit(api.db, { app, environment: 'production' })).toBeUndefined();
};

describe('a first stable revision', () => {
  it('serves only by an evaluation of the server’s that it has passed (invariant 13)', async () => {
    const { app, v1 } = await createApp('v1');
    expect(rulesOf(await serve(app))).toEqual(['evaluation.required']);
    const { id } = (await evaluate(app)).body;
    expect(rulesOf(await serve(app, { reason: 'pass rate 100 %' }))).toEqual(['evaluation.required']);
    await servesNothing(app);
    await decide(app, id, v1, 'pass');
    expect((await serve(app)).body.active[0]?.stable?.digest).toBe(v1);
    const { items } = (await api.get<{ items: AuditEntry[] }>(`/v1/audit?app=${app}`)).body;
    expect(items.find(({ action }) => action === 'app.first_stable')?.details).toMatchObject({
      ...{ revision: v1, evaluation: id, evidence: 'e', policy: { scope: '*', version: 0 } },
    });
    expect((await serve(app)).status).toBe(200);
  });

  it.each(['fail', 'inconclusive'])('does not serve by an evaluation that came to %s', async (outcome) => {
    const { app, v1 } = await createApp('v1');
    await decide(app, (await evaluate(app)).body.id, v1, outcome);
    expect(rulesOf(await serve(app))).toEqual(['evaluation.required']);
    await servesNothing(app);
  });

  it('does not serve by the evaluation of another revision, or of another app', async () => {
    const { app, v2 } = await createApp('v1', 'v2');
    const other = await createApp('v1');
    await decide(app, (await evaluate(app, { revision: 'v2' })).body.id, v2, 'pass');
    await decide(other.app, (await evaluate(other.app)).body.id, other.v1, 'pass');
    expect(rulesOf(await serve(app))).toEqual(['evaluation.required']);
    await servesNothing(app);
  });

  it('does not serve by an evaluation that the policy of today does not accept', async () => {
    const { app, v1 } = await createApp('v1');
    await decide(app, (await evaluate(app)).body.id, v1, 'pass');
    const policy = policySchema.parse({ evaluation: { minCases: 50 } });
    await publishPolicy(api.db, { scope: app, policy, actor: 'token:admin' });
    const refused = await serve(app);
    expect(rulesOf(refused)).toEqual(['evaluation.required']);
    expect(problemOf(refused).detail).toContain('1 that the policy does not accept');
  });

  it('serves without one only for the role that the policy names, with a reason', async () => {
    const { app, v1 } = await createApp('v1');
    const skipEvaluation = true;
    const reason = 'it serves already';
    expect(rulesOf(await serve(app, { skipEvaluation, reason }))).toEqual(['skip.evaluation']);
    expect(rulesOf(await serve(app, { skipEvaluation }, 'admin'))).toEqual(['skip.evaluation.reason']);
    await servesNothing(app);
    expect((await serve(app, { skipEvaluation, reason }, 'admin')).status).toBe(200);
    const { items } = (await api.get<{ items: AuditEntry[] }>(`/v1/audit?app=${app}`)).body;
    expect(items.find(({ action }) => action === 'app.first_stable')?.details).toMatchObject({
      ...{ revision: v1, evaluation: 'skipped', role: 'admin', reason },
    });
  });

  it('needs none where the policy demands none', async () => {
    const { app } = await createApp('v1');
    await publishPolicy(api.db, { scope: app, policy: tryoutPolicy, actor: 'token:admin' });
    expect((await serve(app)).status).toBe(200);
  });

  it('does not begin to serve in a freeze', async () => {
    const { app } = await createApp('v1');
    const holidays = { name: 'holidays', timezone: 'UTC', from: '2020-01-01T00:00', to: '2099-01-01T00:00' };
    const policy = policySchema.parse({ ...tryoutPolicy, freezes: [holidays] });
    await publishPolicy(api.db, { scope: app, policy, actor: 'token:admin' });
    expect(problemOf(await serve(app, {}, 'admin'))).toMatchObject({
      ...{ code: 'policy_violated', details: { freeze: 'holidays' } },
    });
    await servesNothing(app);
  });
});

describe('the evaluation of a first revision', () => {
  it('is a workflow of its own, and says how far it is and what it came to', async () => {
    const { app, v1 } = await createApp('v1');
    const key = randomUUID();
    const { status, body } = await evaluate(app, {}, key);
    expect([status, body]).toMatchObject([
      202,
      { app, revision: v1, label: 'v1', state: 'running', calls: 0 },
    ]);
    const path = `/v1/apps/${app}/evaluations/${body.id}`;
    const handle = api.temporal.workflow.getHandle(firstEvaluationWorkflowId(app, body.id));
    expect(await handle.describe()).toMatchObject({
      type: evaluationWorkflowType,
      status: { name: 'RUNNING' },
    });
    expect((await evaluate(app, {}, key)).body.id).toBe(body.id);
    await decide(app, body.id, v1, 'pass');
    const { body: decided } = await api.get<FirstEvaluation>(path, { as: 'viewer' });
    expect(decided).toMatchObject({ state: 'decided', outcome: 'pass', summary: 'pass rate 100 %' });
    expect((await api.get(`/v1/apps/other/evaluations/${body.id}`)).status).toBe(404);
    await handle.terminate();
  });

  it('is over without a decision where its workflow is', async () => {
    const { app } = await createApp('v1');
    const { id } = (await evaluate(app)).body;
    await api.temporal.workflow.getHandle(firstEvaluationWorkflowId(app, id)).terminate('the key is wrong');
    const { body } = await api.get<FirstEvaluation>(`/v1/apps/${app}/evaluations/${id}`);
    expect(body).toMatchObject({
      state: 'failed',
      summary: expect.stringContaining('the key is wrong') as string,
    });
  });

  it.each([
    [403, 'policy_violated', { suites: [] }],
    [403, 'policy_violated', { plan: planSchema.parse({ evaluate: { minPassRate: 0.1 } }) }],
    [400, 'invalid_request', { plan: planSchema.parse({ evaluate: 'skip' }) }],
    [400, 'invalid_request', { suites: [{ ...suites[0], content: { tests: [] } }] }],
    [404, 'not_found', { revision: 'v9' }],
    [404, 'not_found', { plan: undefined }],
  ])('is not begun, nor paid for, where it could not be used: %d %s', async (status, code, more) => {
    const { app } = await createApp('v1');
    const answer = await evaluate(app, more);
    expect([answer.status, problemOf(answer).code]).toEqual([status, code]);
  });

  it('is not for an app that serves: that one releases', async () => {
    const { app } = await createApp('v1');
    await serve(app, { skipEvaluation: true, reason: 'it serves already' }, 'admin');
    expect((await evaluate(app)).status).toBe(409);
  });
});
