import { planSchema, type Plan } from '../../domain/release/plan.ts';
import { createEvalRun } from '../evaluations/create-eval-run.ts';
import { createRelease } from '../releases/create-release.ts';
import { decideEvalRun } from '../evaluations/decide-eval-run.ts';
import { openRelease } from '../releases/open-release.ts';
import { makeStable } from '../test-fixtures/unfounded-writes.ts';
import { readRelease } from '../releases/read-release.ts';
import { readSplit } from './read-split.ts';
import { createApp, environment, publish, raise } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';
import type { EvalKind } from '../evaluations/eval-run-row.ts';

const store = useDatabase();
const actor = 'system:release';

/** A release at 5 %, whose gates nobody has run. */
async function atFive(plan: Plan) {
  const { app, a } = await createApp(store.db);
  const revision = await publish(store.db, app, 'b');
  const row = { app, environment, revision, planName: 'default', plan, suites: [], provenance: {}, actor };
  const { id } = await createRelease(store.db, row);
  const opened = await openRelease(store.db, { releaseId: id, app, runId: `run-${id}`, actor });
  await raise(store.db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  const promote = () =>
    makeStable(store.db, {
      ...{ releaseId: id, operationId: `${id}/finish`, expectedVersion: opened.splitVersion + 1 },
      ...{ actor, reason: 'passed' },
    });
  return { app, a, revision, id, promote };
}

async function decide(
  run: { id: string; app: string; candidate: string; releaseId: string },
  kind: EvalKind,
  outcome: string,
) {
  const id = `${run.id}-${kind}-${outcome}`;
  await createEvalRun(store.db, { ...run, id, kind, planned: {} });
  await decideEvalRun(store.db, { id, decision: { gate: { outcome, summary: 's', evidenceDigest: 'd' } } });
}

const plan = planSchema.parse({});

it('promotes nothing whose gates have not passed for this revision, in this release (invariant 13)', async () => {
  const { app, a, id, revision, promote } = await atFive(plan);
  const other = await atFive(plan);
  const run = { id, app, candidate: revision, releaseId: id };
  const refused = async (what: string) => {
    await expect(promote()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(what) as string,
    });
    expect(await readRelease(store.db, id)).toMatchObject({ state: 'progressing' });
    expect(await readSplit(store.db, { app, environment })).toMatchObject({ stable: a, weight: 5 });
  };
  await refused('no passing evaluation');
  await decide(run, 'evaluation', 'inconclusive');
  await decide({ ...run, id: `${id}-old`, candidate: a }, 'evaluation', 'pass');
  await decide({ ...run, id: other.id, releaseId: other.id }, 'evaluation', 'pass');
  await refused('no passing evaluation');
  await decide(run, 'evaluation', 'pass');
  await refused('no passing mirror');
  await decide(run, 'mirror', 'pass');
  await expect(promote()).resolves.toMatchObject({ kind: 'written' });
  await expect(promote()).resolves.toMatchObject({ kind: 'repeated' });
});

/** A release as an earlier version has left it: what it was begun with never changes now. */
async function asOfBefore(change: string, id: string): Promise<void> {
  await store.db.query(`begin; set local session_replication_role = replica;
    update release set ${change} where id = '${id}'; commit`);
}

it('promotes without a gate only what was allowed to do without it', async () => {
  const { id, promote } = await atFive(planSchema.parse({ evaluate: 'skip', mirror: 'skip' }));
  await asOfBefore(`policy = jsonb_set(policy, '{waived}', '["mirror"]')`, id);
  await expect(promote()).rejects.toMatchObject({ code: 'conflict' });
  await asOfBefore(`policy = jsonb_set(policy, '{waived}', '["evaluation", "mirror"]')`, id);
  await expect(promote()).resolves.toMatchObject({ kind: 'written' });
});

it('lets a release go on by its plan that began before there were policies', async () => {
  const { id, promote } = await atFive(planSchema.parse({ evaluate: 'skip', mirror: 'skip' }));
  await asOfBefore('policy = null', id);
  await expect(promote()).resolves.toMatchObject({ kind: 'written' });
});

it.each([
  ['plan', `plan = '{"evaluate": "skip"}'`],
  ['suites', `suites = '[]'`],
  ['revision', `revision = (select digest from revision where label = 'a' and revision.app = release.app)`],
])('never changes the %s that was checked', async (_what, change) => {
  const { app } = await createApp(store.db);
  const revision = await publish(store.db, app, 'b');
  const suites = [{ name: 's', digest: 'd', content: {} }];
  const row = { app, environment, revision, planName: 'default', plan, suites, provenance: {}, actor };
  const { id } = await createRelease(store.db, row);
  await expect(store.db.query(`update release set ${change} where id = $1`, [id])).rejects.toThrow(
    'never changes',
  );
});
