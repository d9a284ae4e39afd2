import { randomUUID } from 'node:crypto';
import { listReleases } from '../config-store/releases/list-releases.ts';
import { openRelease } from '../config-store/releases/open-release.ts';
import { publishPolicy } from '../config-store/policies/publish-policy.ts';
import { readRelease } from '../config-store/releases/read-release.ts';
import { digestOf } from '../domain/revision/digest.ts';
import { planSchema } from '../domain/release/plan.ts';
import { policySchema, shippedPolicy, tryoutPolicy, type Policy } from '../domain/policy/policy.ts';
import { suiteSchema } from '../domain/evaluation/suite.ts';
import type { AuditEntry } from './schemas/audit.ts';
import type { ReleaseDetail } from './schemas/releases.ts';
import type { ProblemBody } from './schemas/shared.ts';
import { useApi } from './test-fixtures/api-under-test.ts';
import { createBank, plan as seconds, seenCanary, start, startCanary } from './test-fixtures/bank.ts';
import { problemOf } from './test-fixtures/problem-of.ts';

const api = useApi();
const rulesOf = (answer: { body: unknown }) =>
  (problemOf(answer).details?.['violations'] as { rule: string }[]).map(({ rule }) => rule);
const rowsOf = async (app: string) => (await listReleases(api.db, { app })).items;

function suite(name = 'smoke', cases = 1) {
  const tests = Array.from({ length: cases }, (_, i) => ({
    id: `case-${i}`,
    vars: { message: 'hello' },
    assert: [{ type: 'contains', value: 'hello' }],
  }));
  const content = suiteSchema.parse({ tests });
  return { name, digest: digestOf(content), content };
}

/** An app under a policy, as `createBank` makes it. */
async function bankUnder(policy: Policy = shippedPolicy) {
  const bank = await createBank(api.db);
  await publishPolicy(api.db, { scope: bank.app, policy, actor: 'token:admin' });
  return bank;
}

const good = { plan: planSchema.parse({}), suites: [suite()] };

describe('a start under the policy that Sluice ships', () => {
  it('goes with the default plan and a case, and is kept with its policy', async () => {
    const { app } = await bankUnder();
    const { status, body } = await start(api, app, { more: good });
    expect([status, body.policy]).toMatchObject([
      201,
      { scope: app, version: 2, digest: digestOf(shippedPolicy), role: 'releaser', skips: [] },
    ]);
    const { items } = (await api.get<{ items: AuditEntry[] }>(`/v1/audit?releaseId=${body.id}`)).body;
    expect(items.find(({ action }) => action === 'release.created')?.details).toMatchObject({
      suites: { smoke: suite().digest },
      policy: { scope: app, version: 2, digest: digestOf(shippedPolicy) },
    });
  });

  it.each([
    ['a suite which there is not', { evaluate: { suites: ['smoke', 'smokey'] } }, '"smokey"'],
    [
      'scores that nobody gives',
      { evaluate: 'skip', guardrails: { score: {} } },
      'no suite says under `live`',
    ],
  ])('is refused with a plan that names %s', async (_what, named, detail) => {
    const { app } = await bankUnder(tryoutPolicy);
    const plan = planSchema.parse(named);
    const answer = await start(api, app, { more: { plan, suites: [suite()] } });
    expect([answer.status, problemOf(answer)]).toMatchObject([
      400,
      { code: 'invalid_request', detail: expect.stringContaining(detail) as string },
    ]);
  });

  it.each([
    ['an own plan', { plan: { ...seconds, lease: '1d' }, suites: [suite()] }],
    ['no suite', { ...good, suites: [] }],
  ])('is refused with %s, naming every rule, and leaves nothing', async (_what, more) => {
    const { app } = await bankUnder();
    const answer = await start(api, app, { more });
    expect([answer.status, problemOf(answer).code]).toEqual([403, 'policy_violated']);
    // Whoever asks: rights do not make a weak plan a strong one.
    const asAdmin = await start(api, app, { more, as: 'admin' });
    expect(rulesOf(asAdmin)).toEqual(rulesOf(answer));
    for (const rule of rulesOf(answer)) expect(problemOf(answer).detail).toContain(rule);
    expect(problemOf(answer).remedy).toContain(`sluice policy show ${app}`);
    expect(await rowsOf(app)).toEqual([]);
  });

  it('is refused with a published plan, and with one that was published anew', async () => {
    const { app } = await bankUnder();
    const publish = (plan: object) =>
      api.post('/v1/apps', {
        ...{ as: 'releaser', body: { name: app, publication: { plans: { default: plan }, suites: [] } } },
      });
    for (const plan of [planSchema.parse(seconds), planSchema.parse({ evaluate: 'skip' })]) {
      await publish(plan);
      const body = { app, revision: 'b', suites: [suite()] };
      const answer = await api.post<ProblemBody>('/v1/releases', { as: 'releaser', body });
      expect([answer.status, rulesOf(answer)[0]]).toEqual([403, 'evaluation.required']);
    }
  });

  it('counts cases itself: a client’s word about its suites is none', async () => {
    const { app } = await bankUnder();
    for (const wrong of [
      { ...suite(), content: { tests: [] } },
      { ...suite(), content: { tests: [1, 2, 3] } },
      { ...suite(), digest: 'd'.repeat(64) },
    ]) {
      const answer = await start(api, app, { more: { ...good, suites: [wrong] } });
      expect([answer.status, problemOf(answer).code]).toEqual([400, 'invalid_request']);
      const publication = { plans: {}, suites: [wrong] };
      expect((await api.post('/v1/apps', { body: { name: app, publication } })).status).toBe(400);
    }
    const twice = await start(api, app, { more: { ...good, suites: [suite(), suite()] } });
    expect(problemOf(twice).detail).toBe('The suite smoke is there twice.');
  });

  it('does not hold another plan under the key of one that was checked', async () => {
    const { app } = await bankUnder();
    const key = randomUUID();
    const first = await start(api, app, { key, more: good });
    const scope = `token:releaser post /v1/releases`;
    // As if the first answer had not been kept: only the release's row knows what it was.
    await api.db.query('delete from idempotency_key where scope = $1 and key = $2', [scope, key]);
    const swapped = await start(api, app, { key, more: { ...good, plan: seconds } });
    expect([swapped.status, problemOf(swapped).code]).toEqual([409, 'conflict']);
    expect(await readRelease(api.db, first.body.id)).toMatchObject({ plan: good.plan });
  });
});

describe('a gate that is skipped', () => {
  const skipping = { ...good, suites: [], skip: ['evaluation'] };

  it('is for the role that the policy names, with a reason', async () => {
    const { app } = await bankUnder();
    const reason = 'it has served like this for years';
    const asReleaser = await start(api, app, { more: { ...skipping, reason } });
    expect(rulesOf(asReleaser)).toEqual(['skip.evaluation']);
    const body = { app, revision: 'b', ...skipping };
    expect(rulesOf(await api.post('/v1/releases', { body }))).toEqual(['skip.evaluation.reason']);
    const asAdmin = await api.post<ReleaseDetail>('/v1/releases', { body: { ...body, reason } });
    expect([asAdmin.status, asAdmin.body.policy?.skips]).toEqual([201, [{ gate: 'evaluation', reason }]]);
    expect((await readRelease(api.db, asAdmin.body.id))?.plan.evaluate).toBe('skip');
    const { items } = (await api.get<{ items: AuditEntry[] }>(`/v1/audit?releaseId=${asAdmin.body.id}`)).body;
    expect(items.find(({ action }) => action === 'release.gate_skipped')).toMatchObject({
      actor: 'token:admin',
      details: { gate: 'evaluation', reason, role: 'admin' },
    });
  });

  it('is nothing to speak of where nobody demands it', async () => {
    const { app } = await bankUnder(tryoutPolicy);
    const { status, body } = await start(api, app, { more: { plan: seconds, skip: ['mirror', 'mirror'] } });
    expect([status, body.policy?.skips]).toEqual([201, []]);
  });
});

describe('a policy that changes', () => {
  const stricter = policySchema.parse({ steps: { minHold: '2h' } });

  it('between the check and the first activity is kept by that one', async () => {
    const { app } = await bankUnder();
    const { id } = (await start(api, app, { more: good })).body;
    await publishPolicy(api.db, { scope: app, policy: stricter, actor: 'token:admin' });
    const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
    const opening = openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
    await expect(opening).rejects.toMatchObject({ code: 'policy_violated' });
    expect(await readRelease(api.db, id)).toMatchObject({ state: 'starting', policy: { version: 2 } });
  });

  it('later leaves a release alone that has begun', async () => {
    const { app } = await bankUnder();
    const { id } = (await start(api, app, { more: good })).body;
    const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
    const opening = { releaseId: id, app, runId, actor: 'test' };
    await openRelease(api.db, opening);
    await publishPolicy(api.db, { scope: app, policy: stricter, actor: 'token:admin' });
    expect((await openRelease(api.db, opening)).release).toMatchObject({
      state: 'progressing',
      policy: { version: 2 },
    });
  });
});

describe('a policy that allows nobody anything', () => {
  const strict = policySchema.parse({
    steps: { minHold: '30d', minBake: '30d' },
    skip: { hold: { role: 'admin' } },
  });

  it('keeps an operator from promoting, and an admin without a reason', async () => {
    const { app, id } = await startCanary(api);
    await publishPolicy(api.db, { scope: app, policy: strict, actor: 'token:admin' });
    const promote = (as: 'operator' | 'admin', body: object) =>
      api.post(`/v1/releases/${id}/promote`, { as, body: { ...seenCanary, ...body } });
    expect(rulesOf(await promote('operator', { reason: 'in a hurry' }))).toEqual(['skip.hold']);
    expect(rulesOf(await promote('admin', {}))).toEqual(['skip.hold.reason']);
    expect((await promote('admin', { reason: 'in a hurry' })).status).toBe(202);
  });

  it('never stands before a pause, an abort or a rollback', async () => {
    const { app, id } = await startCanary(api);
    await publishPolicy(api.db, { scope: app, policy: strict, actor: 'token:admin' });
    for (const command of ['pause', 'resume', 'abort']) {
      expect((await api.post(`/v1/releases/${id}/${command}`, { as: 'releaser', body: {} })).status).toBe(
        202,
      );
    }
    const back = await api.post(`/v1/apps/${app}/rollback`, { as: 'operator', body: {} });
    expect(back.status).toBe(200);
  });
});
