import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { recordOf } from '../../api/releases/record-of.ts';
import { createBank, start } from '../../api/test-fixtures/bank.ts';
import { problemOf } from '../../api/test-fixtures/problem-of.ts';
import type { Approved, AskedApproval } from '../../api/schemas/approvals.ts';
import type { Active } from '../../api/schemas/active.ts';
import type { SplitChange } from '../../api/schemas/history.ts';
import type { ReleaseBoard } from '../../api/schemas/dashboard/releases.ts';
import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import type { CommandResult, ReleaseDetail } from '../../api/schemas/releases.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { ProblemBody } from '../../api/schemas/shared.ts';
import { sealAuditWith } from '../../config-store/chain/audit-keys.ts';
import { beginSealing } from '../../config-store/audit/begin-sealing.ts';
import { storeLook } from '../../config-store/looks/store-look.ts';
import { openRelease, type Opened } from '../../config-store/releases/open-release.ts';
import { makeStable } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { recordStage } from '../../config-store/releases/progress/record-stage.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { raise } from '../../config-store/test-fixtures/release-fixture.ts';
import { createSplitActivities } from '../../activities/split/split.ts';
import { recordFaults } from '../../domain/change-record/faults.ts';
import { proofOf } from '../../domain/change-record/proof.ts';
import { changeRecordSchema } from '../../domain/change-record/record.ts';
import { policySchema, tryoutPolicy, type Policy } from '../../domain/policy/policy.ts';
import { somebody } from './test-fixtures/somebody.ts';
import { newKey } from './test-fixtures/audited-world.ts';

const api = useApi();

const person = (role: Role, subject?: string) => somebody(api.db, role, subject);

const oneEye = { steps: [{ fromWeight: 10, count: 1 }] };
const plan = {
  ...{ evaluate: 'skip', mirror: 'skip' },
  steps: [
    { weight: 5, hold: '1s' },
    { weight: 25, hold: '1s' },
    { weight: 100, hold: '1s' },
  ],
};

/** A release of `author`, at the stage before which somebody has to approve it. */
async function waiting(approvals: object = oneEye, more: Partial<Policy> = {}) {
  const { app, b } = await createBank(api.db);
  const policy = policySchema.parse({ ...tryoutPolicy, ...more, approvals });
  await publishPolicy(api.db, { scope: app, policy, actor: 'test' });
  const author = await person('admin');
  const started = await api.post<ReleaseDetail>('/v1/releases', {
    token: author.token,
    body: { app, revision: 'b', plan },
  });
  expect(started.status).toBe(201);
  const { id } = started.body;
  const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
  const opened = await openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
  await raise(api.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  const counts = { errors: { short: [{ splitVersion: opened.splitVersion + 1, candidateExposed: 50 }] } };
  await storeLook(api.db, {
    ...{ releaseId: id, stage: 'canary-5', look: 0, splitVersion: opened.splitVersion + 1, counts },
    judgement: { fail: false, absolute: 'within', verdict: 'pass' },
  });
  await ended(id, 'canary-5');
  await setProgress(api.db, { releaseId: id, stage: 'canary-25', progress: {} });
  return { app, b, id, opened, author };
}

const ended = (releaseId: string, stage: string, summary = 'as expected') =>
  recordStage(api.db, { releaseId, stage, outcome: 'pass', summary, startedAt: new Date().toISOString() });

const detail = async (id: string) => (await api.get<ReleaseDetail>(`/v1/releases/${id}`)).body;
async function asked(id: string): Promise<AskedApproval> {
  const { approval } = await detail(id);
  if (approval === undefined) throw new Error('nothing is asked');
  return approval;
}
const boundBy = ({ stage, revision, planDigest, evidence }: AskedApproval) => ({
  stage,
  revision,
  planDigest,
  evidence,
});
const approveAs = async (token: string, id: string, changes: object = {}) =>
  api.post<Approved & ProblemBody>(`/v1/releases/${id}/approve`, {
    token,
    body: { ...boundBy(await asked(id)), ...changes },
  });
const raiseTo25 = (opened: Opened) =>
  raise(api.db, opened, { weight: 25, expectedVersion: opened.splitVersion + 1 });
const refusedRaise = { code: 'conflict' };

it('a stage begins when somebody else has approved it for what they were shown, and not before (invariant 14)', async () => {
  const { id, opened, author } = await waiting();
  await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
  expect(await asked(id)).toMatchObject({
    ...{ stage: 'canary-25', needed: 1, given: [], role: 'operator', authors: [author.subject] },
    shown: [{ stage: 'canary-5', outcome: 'pass', summary: 'as expected' }],
  });
  const ada = await person('operator');
  expect((await approveAs(ada.token, id)).body).toMatchObject({ stage: 'canary-25', given: 1, needed: 1 });
  expect(await raiseTo25(opened)).toMatchObject({ kind: 'written' });
  expect((await detail(id)).approval).toBeUndefined();
  const { rows } = await api.db.query(
    `select actor from audit_entry where action = 'release.approved' and release_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ actor: `token:${ada.name}` }]);
});

it('an audience is approved as a share is, before anybody of it has the candidate (invariants 14, 27)', async () => {
  const { app } = await createBank(api.db);
  const policy = policySchema.parse({ ...tryoutPolicy, approvals: { steps: [{ fromWeight: 25 }] } });
  await publishPolicy(api.db, { scope: app, policy, actor: 'test' });
  const author = await person('admin');
  const audience = { labels: { tenant: ['acme'] }, weight: 25, hold: '1s' };
  const started = await api.post<ReleaseDetail>('/v1/releases', {
    token: author.token,
    body: { app, revision: 'b', plan: { ...plan, audience } },
  });
  expect(started.status).toBe(201);
  const { id } = started.body;
  const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
  const opened = await openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
  await setProgress(api.db, { releaseId: id, stage: 'audience', progress: {} });
  const first = () =>
    raise(api.db, opened, {
      ...{ weight: 0, operation: 'audience', expectedVersion: opened.splitVersion },
      counting: { audience: { labels: { tenant: ['acme'] }, subjects: [], weight: 25 } },
    });
  await expect(first()).rejects.toMatchObject(refusedRaise);
  expect(await asked(id)).toMatchObject({ stage: 'audience', needed: 1, given: [] });
  const ada = await person('operator');
  expect((await approveAs(ada.token, id)).body).toMatchObject({ stage: 'audience', given: 1 });
  expect(await first()).toMatchObject({ kind: 'written' });
  expect(await detail(id)).toMatchObject({ weight: 0, audience: 25 });
  expect((await detail(id)).approval).toBeUndefined();
  const { body: board } = await api.get<ReleaseBoard>(`/v1/board?app=${app}`);
  expect(board.items[0]).toMatchObject({
    weight: { set: 0, served: 0 },
    audience: { set: 25 },
    step: { number: 1 },
  });
  expect(board.items[0]?.sentence).toContain('b has 25 % of its audience in production (step 1 of');
  const { body: view } = await api.get<ReleaseView>(`/v1/releases/${id}/view`);
  expect(view.rail.find(({ stage }) => stage === 'audience')?.title).toBe('25 % of its audience');
  expect(view.traffic).toMatchObject({
    set: 0,
    audience: { set: 25 },
    changes: [{ weight: 0, audience: 25 }],
  });
  expect(view.timeline.some(({ says }) => says.startsWith('25 % of its audience: '))).toBe(true);
  const abort = view.allowedActions.find(({ action }) => action === 'abort');
  expect(abort?.effect).toMatch(/^25 % → 0 % of its audience in production at once/);
  const { body: paused } = await api.post<CommandResult>(`/v1/releases/${id}/pause`, { body: {} });
  expect(paused).toMatchObject({ command: 'pause', weight: 0, audience: 25 });
  const { body: active } = await api.get<Active>(`/v1/apps/${app}/active?environment=production`);
  expect(active.candidate).toMatchObject({ label: 'b', weight: 0, audience: { set: 25 } });
  const { body: history } = await api.get<{ items: SplitChange[] }>(
    `/v1/apps/${app}/history?environment=production`,
  );
  expect(history.items[0]?.candidate).toMatchObject({ label: 'b', weight: 0, audience: 25 });
});

it('the release says what it waits for, and tries again', async () => {
  const { id, opened } = await waiting();
  const activities = createSplitActivities({ db: api.db });
  const step = {
    releaseId: id,
    stage: 'canary-25',
    weight: 25,
    expectedVersion: opened.splitVersion + 1,
    leaseMs: 60_000,
  };
  expect(await activities.writeStep(step)).toMatchObject({ kind: 'waiting', on: 'approval' });
  expect((await detail(id)).health).toMatchObject({
    waitingFor: expect.stringContaining('approval of canary-25: 0 of 1') as unknown,
    says: expect.arrayContaining([expect.stringContaining('approval of canary-25')]) as unknown,
  });
  await approveAs((await person('operator')).token, id);
  const written = await activities.writeStep(step);
  expect(written).toMatchObject({ kind: 'written' });
  // Its answer was lost, and meanwhile the approval would not do any more: it is written all the same.
  await ended(id, 'mirror', 'later');
  expect(await activities.writeStep(step)).toEqual(written);
  expect(JSON.stringify((await detail(id)).health)).not.toContain('approval');
});

it('stands in a change record that fits together and is sealed, and every forgery of which shows', async () => {
  const { id, opened } = await waiting();
  await approveAs((await person('operator')).token, id, { reason: 'looks good' });
  await raiseTo25(opened);
  await api.db.query(
    `select append_audit('break-glass:eve', 'x.y', app, environment, id, '{"reason": "fire"}') from release where id = $1`,
    [id],
  );
  const [key, other] = [newKey(), newKey()];
  sealAuditWith(api.db, [key]);
  await beginSealing(api.db);
  const row = await readRelease(api.db, id);
  if (row === undefined) throw new Error('there is no release');
  // The API of the test has no key; one that has gives the same, sealed.
  const bare = changeRecordSchema.parse((await api.get(`/v1/releases/${id}/record`)).body);
  const record = await recordOf(api.db, row);
  expect({ ...record, madeAt: '', head: '', seal: undefined }).toEqual({ ...bare, madeAt: '', head: '' });
  expect(recordFaults(record)).toEqual([]);
  expect(proofOf(record, { keys: [key] })).toMatchObject({ faults: [], open: [] });
  expect(record.audit.map(({ action }) => action)).toEqual([
    ...['revision.published', 'policy.published', 'release.created', 'split.raise', 'release.approved'],
    ...['split.raise', 'x.y'],
  ]);
  expect(record).toMatchObject({
    approvals: [{ stage: 'canary-25', reason: 'looks good', usedAt: expect.any(String) as unknown }],
    reviews: [{ kind: 'break-glass', actor: 'break-glass:eve', reason: 'fire' }],
    replaced: { label: 'a' },
  });
  expect(proofOf(record, { keys: [other] }).faults).not.toEqual([]);
  const forged = { ...record, stages: record.stages.map((stage) => ({ ...stage, summary: 'better' })) };
  expect(proofOf(forged, { keys: [key] }).faults).toEqual(['it was changed: its seal does not fit']);
});

describe('no approval', () => {
  it('is the author’s, under whatever token', async () => {
    const { id, opened, author } = await waiting();
    const again = await person('admin', author.subject);
    for (const token of [author.token, again.token]) {
      expect((await approveAs(token, id)).body).toMatchObject({ code: 'forbidden' });
    }
    await api.post(`/v1/tokens/${author.name}/rotate`, { body: {} });
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
  });

  it('is that of whoever published the revision that another has released', async () => {
    const publisher = await person('admin');
    const { app, id, b } = await waiting();
    await api.db.query('alter table revision disable trigger revision_is_immutable');
    await api.db.query('update revision set author = $1 where app = $2 and digest = $3', [
      publisher.subject,
      app,
      b,
    ]);
    await api.db.query('alter table revision enable trigger revision_is_immutable');
    expect((await approveAs(publisher.token, id)).body).toMatchObject({ code: 'forbidden' });
  });

  it('is of a role below the policy’s, nor of a token that may not', async () => {
    const { id } = await waiting({ ...oneEye, role: 'operator' });
    for (const role of ['viewer', 'releaser'] as const) {
      expect((await approveAs((await person(role)).token, id)).status).toBe(403);
    }
  });

  it.each(['stage', 'revision', 'planDigest', 'evidence'])('binds another %s', async (field) => {
    const { id, opened } = await waiting();
    const { status } = await approveAs((await person('operator')).token, id, { [field]: 'other' });
    expect(status).toBe(409);
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
  });

  it('lasts when the evidence changes, or its time is over', async () => {
    const { id, opened } = await waiting();
    const ada = await person('operator');
    await approveAs(ada.token, id);
    await ended(id, 'mirror', 'measured again, and worse');
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
    await approveAs(ada.token, id);
    await api.db.query('alter table approval disable trigger approval_is_append_only');
    await api.db.query(`update approval set expires_at = now() - interval '1 second' where release_id = $1`, [
      id,
    ]);
    await api.db.query('alter table approval enable trigger approval_is_append_only');
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
  });

  it('counts twice for one person, of two', async () => {
    const { id, opened } = await waiting({ steps: [{ fromWeight: 10, count: 2 }] });
    const ada = await person('operator');
    const adaAgain = await person('operator', ada.subject);
    await approveAs(ada.token, id);
    expect((await approveAs(adaAgain.token, id)).body).toMatchObject({ given: 1, needed: 2 });
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
    expect((await approveAs((await person('operator')).token, id)).body).toMatchObject({
      given: 2,
      needed: 2,
    });
    expect(await raiseTo25(opened)).toMatchObject({ kind: 'written' });
  });

  it('is given under another name that the policy knows, in whatever letter case, nor counted twice', async () => {
    const people = [
      { subject: 'eve', also: ['eve@example.com', 'github:77'] },
      { subject: 'ada', also: ['ADA-at-work'] },
    ];
    const { id, opened } = await waiting({ steps: [{ fromWeight: 10, count: 2 }] }, { people });
    await api.db.query(`begin; set local session_replication_role = replica;
      update release set provenance = '{"author": "Eve@example.com"}' where id = '${id}'; commit`);
    for (const subject of ['eve', 'github:77', 'EVE']) {
      expect((await approveAs((await person('operator', subject)).token, id)).body.code).toBe('forbidden');
    }
    await approveAs((await person('operator', 'ada')).token, id);
    const again = await approveAs((await person('operator', 'Ada-At-Work')).token, id);
    expect(again.body).toMatchObject({ given: 1, needed: 2 });
    await expect(raiseTo25(opened)).rejects.toMatchObject(refusedRaise);
    expect((await approveAs((await person('operator')).token, id)).body).toMatchObject({ given: 2 });
    expect(await raiseTo25(opened)).toMatchObject({ kind: 'written' });
  });

  it('is given before it is asked for', async () => {
    const { id } = await waiting();
    const { body } = await api.post<ProblemBody>(`/v1/releases/${id}/approve`, {
      body: { ...boundBy(await asked(id)), stage: 'canary-100' },
    });
    expect(body.code).toBe('conflict');
  });

  it('can be written, changed or taken away afterwards, nor passed by a jump to 100 %', async () => {
    const { id, opened } = await waiting();
    await approveAs((await person('operator')).token, id);
    await expect(api.db.query('delete from approval where release_id = $1', [id])).rejects.toThrow();
    await expect(
      api.db.query(`update approval set stage = 'canary-100' where release_id = $1`, [id]),
    ).rejects.toThrow();
    const other = await waiting();
    const operationId = `${other.id}/finish`;
    const promotion = { releaseId: other.id, operationId, expectedVersion: other.opened.splitVersion + 1 };
    await expect(
      makeStable(api.db, { ...promotion, actor: 'system:release', reason: 'x' }),
    ).rejects.toMatchObject(refusedRaise);
    await expect(
      raise(api.db, other.opened, { weight: 100, expectedVersion: other.opened.splitVersion + 1 }),
    ).rejects.toMatchObject(refusedRaise);
    expect(await raiseTo25(opened)).toMatchObject({ kind: 'written' });
  });
});

it('a plan asks for more than the policy, and never for less', async () => {
  const { app } = await createBank(api.db);
  await publishPolicy(api.db, {
    scope: app,
    policy: policySchema.parse({ ...tryoutPolicy, approvals: oneEye }),
    actor: 'test',
  });
  const steps = [
    { weight: 5, hold: '1s', approvals: 2 },
    { weight: 100, hold: '1s' },
  ];
  const { body } = await start(api, app, { more: { plan: { ...plan, steps } } });
  expect((await readRelease(api.db, body.id))?.policy?.approvals?.stages).toEqual([
    { stage: 'canary-5', weight: 5, count: 2 },
    { stage: 'canary-100', weight: 95, count: 1 },
  ]);
});

describe('a freeze', () => {
  const year = new Date().getUTCFullYear();
  const frozen = {
    name: 'holidays',
    timezone: 'UTC',
    from: `${year}-01-01T00:00`,
    to: `${year + 2}-01-01T00:00`,
  };
  const freezes = policySchema.parse({ freezes: [frozen] }).freezes;
  const freeze = (app: string) =>
    publishPolicy(api.db, { scope: app, policy: { ...tryoutPolicy, freezes }, actor: 'test' });

  it('lets nothing start, be promoted or raised, says until when, and a rollback and an abort pass', async () => {
    const { app } = await createBank(api.db);
    await freeze(app);
    const refused = await start(api, app);
    expect([refused.status, problemOf(refused).detail]).toEqual([
      403,
      expect.stringContaining(`${year + 2}-01-01T00:00`),
    ]);
    const open = await waiting();
    await freeze(open.app);
    const seen = {
      expectedStage: 'canary-25',
      expectedWeight: 5,
      expectedVersion: open.opened.splitVersion + 1,
    };
    const promoted = await api.post<ProblemBody>(`/v1/releases/${open.id}/promote`, {
      body: { ...seen, reason: 'now' },
    });
    expect(promoted.body.detail).toContain('holidays');
    const activities = createSplitActivities({ db: api.db });
    const write = { releaseId: open.id, stage: 'canary-25', weight: 25, expectedVersion: 2, leaseMs: 60_000 };
    expect(await activities.writeStep(write)).toMatchObject({ kind: 'waiting', on: 'freeze' });
    expect((await detail(open.id)).health).toMatchObject({ condition: expect.any(String) as unknown });
    expect((await api.post(`/v1/releases/${open.id}/abort`, { body: {} })).status).toBe(202);
    const other = await waiting();
    await freeze(other.app);
    expect((await api.post(`/v1/apps/${other.app}/rollback`, { body: {} })).status).toBe(200);
  });
});
