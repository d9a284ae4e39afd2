import { randomUUID } from 'node:crypto';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { openRelease } from '../../config-store/releases/open-release.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { raise } from '../../config-store/test-fixtures/release-fixture.ts';
import { makeStable } from '../../config-store/test-fixtures/unfounded-writes.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';
import { policySchema, tryoutPolicy } from '../../domain/policy/policy.ts';
import type { AllowedAction, ReleaseAction } from '../schemas/dashboard/actions.ts';
import type { ReleaseView } from '../schemas/dashboard/release-view.ts';
import type { ReleaseDetail } from '../schemas/releases.ts';
import type { ProblemBody } from '../schemas/shared.ts';
import { useApi, type Reply } from '../test-fixtures/api-under-test.ts';
import { createBank } from '../test-fixtures/bank.ts';

const api = useApi();

/** As good as chance, and the same at each run (mulberry32). */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(next() * items.length)] ?? items[0];
}

const plan = {
  ...{ evaluate: 'skip', mirror: 'skip' },
  steps: [
    { weight: 5, hold: '1s' },
    { weight: 25, hold: '1s' },
    { weight: 100, hold: '1s' },
  ],
};

const skipHold = {
  any: tryoutPolicy.skip.hold,
  operators: { role: 'operator', reason: 'required' },
} as const;

const stages = ['starting', 'canary', 'asks', 'closed', 'promoted'] as const;

/** A release somewhere on its way, of somebody whose own token is among those that act. */
async function releaseAt(stage: (typeof stages)[number], hold: keyof typeof skipHold) {
  const { app } = await createBank(api.db);
  const approvals = { steps: stage === 'promoted' ? [] : [{ fromWeight: 10, count: 1 }] };
  const policy = policySchema.parse({
    ...tryoutPolicy,
    approvals,
    skip: { ...tryoutPolicy.skip, hold: skipHold[hold] },
  });
  await publishPolicy(api.db, { scope: app, policy, actor: 'test' });
  const author = (await createToken(api.db, { name: `author-${randomUUID()}`, role: 'admin', actor: 'test' }))
    .token;
  const started = await api.post<ReleaseDetail>('/v1/releases', {
    token: author,
    body: { app, revision: 'b', plan },
  });
  const { id } = started.body;
  if (stage === 'starting') return { app, id, author };
  const runId = (await readRelease(api.db, id))?.firstRunId ?? '';
  const opened = await openRelease(api.db, { releaseId: id, app, runId, actor: 'test' });
  await setProgress(api.db, { releaseId: id, stage: 'canary-5', progress: {} });
  await raise(api.db, opened, {
    ...{ weight: 5, expectedVersion: opened.splitVersion, operation: 'canary-5/1' },
  });
  if (stage === 'asks') await setProgress(api.db, { releaseId: id, stage: 'canary-25', progress: {} });
  if (stage === 'closed') {
    await api.post(`/v1/releases/${id}/abort`, { body: {} });
    await api.db.query('select close_release($1, $2, $3)', [id, 'aborted', 'test']);
  }
  if (stage === 'promoted') {
    const at = { expectedVersion: opened.splitVersion + 1, operationId: `${id}/finish` };
    await makeStable(api.db, { releaseId: id, ...at, actor: 'system:release', reason: 'all steps passed' });
  }
  return { app, id, author };
}

const view = async (id: string, token: string) =>
  (await api.get<ReleaseView>(`/v1/releases/${id}/view`, { token })).body;

/** What is there to be changed. */
const stateOf = async (id: string) => {
  const row = await readRelease(api.db, id);
  const { rows } = await api.db.query<{ version: number }>(
    'select version from split where app = $1 and environment = $2',
    [row?.app, row?.environment],
  );
  return JSON.stringify([row?.state, row?.reason, rows]);
};

/** Sends what the action says is to be sent; of one that is not offered whatever its route takes. */
async function act(
  { action, request, reasonNeeded, allowed }: AllowedAction,
  token: string,
): Promise<Reply<ProblemBody & { result?: string }>> {
  const fallback =
    action === 'approve' ? { stage: 'canary-25', revision: 'x', planDigest: 'x', evidence: 'x' } : {};
  const seen = action === 'promote' ? { expectedStage: 'x', expectedWeight: 1, expectedVersion: 1 } : {};
  const reason = allowed && !reasonNeeded ? {} : { reason: 'a good one' };
  const body = { ...fallback, ...seen, ...request.body, ...reason };
  return api.post(request.path, { token, body });
}

const people = [
  { role: 'viewer' },
  { role: 'releaser' },
  { role: 'operator' },
  { role: 'admin' },
  { role: 'operator', actions: ['read', 'promote'] },
  { role: 'admin', actions: ['read', 'approve', 'rollback'] },
] as const;

it('never offers what the route refuses, nor keeps back what it would do', async () => {
  const tokens = await Promise.all(
    people.map(async (rights) => {
      const wanted = { ...rights, name: `one-${randomUUID()}`, actor: 'test' };
      return (
        await createToken(api.db, {
          ...wanted,
          ...('actions' in rights ? { actions: [...rights.actions] } : {}),
        })
      ).token;
    }),
  );
  const [first = '', ...others] = tokens;
  const tried = { offered: new Set<ReleaseAction>(), kept: new Set<ReleaseAction>() };
  for (let seed = 1; seed <= 15; seed += 1) {
    const pick = chance(seed);
    const stage = stages[seed % stages.length] ?? 'canary';
    const { id, author } = await releaseAt(stage, pick(['any', 'operators']));
    for (let turn = 0; turn < 8; turn += 1) {
      const token = pick([first, ...others, author]);
      const { allowedActions, row } = await view(id, token);
      const [one, ...more] = allowedActions;
      if (one === undefined) throw new Error('no action at all');
      const action = pick([one, ...more]);
      const before = await stateOf(id);
      const { status, body } = await act(action, token);
      const what = [
        seed,
        turn,
        stage,
        row.state,
        action.action,
        action.blockedReason ?? 'offered',
        status,
        body.detail,
      ];
      if (action.allowed) {
        tried.offered.add(action.action);
        expect([...what, status < 300 && body.result !== 'already']).toEqual([...what, true]);
      } else {
        tried.kept.add(action.action);
        expect(action.blockedReason).toBeTruthy();
        expect([...what, status >= 400 || (await stateOf(id)) === before]).toEqual([...what, true]);
      }
    }
  }
  expect(tried.offered.size).toBe(6);
  expect(tried.kept.size).toBe(6);
});

it('says what moved where somebody acts on what is not so any more', async () => {
  const { id } = await releaseAt('canary', 'any');
  const token = api.tokens.admin;
  const { allowedActions } = await view(id, token);
  const pause = allowedActions.find(({ action }) => action === 'pause');
  const abort = allowedActions.find(({ action }) => action === 'abort');
  if (pause === undefined || abort === undefined) throw new Error('not offered');
  expect(pause).toMatchObject({ allowed: true, effect: 'b stays at 5 % of production; guardrails go on.' });
  expect(abort.effect).toContain('5 % → 0 % of production at once: a serves everybody');
  expect((await act(abort, token)).status).toBe(202);
  const { status, body } = await act(pause, token);
  expect([status, body.code]).toEqual([409, 'conflict']);
  expect(body.details).toMatchObject({ stage: 'canary-5', weight: 0 });
});
