import { createEvalRun } from '../evaluations/create-eval-run.ts';
import { decideEvalRun } from '../evaluations/decide-eval-run.ts';
import { deleteExpired } from '../postgres/delete-expired.ts';
import { insertSamples } from '../gateway-view/insert-samples.ts';
import { insertEvalResults } from '../evaluations/insert-eval-results.ts';
import { storeLook } from './store-look.ts';
import { listEvidence } from './list-evidence.ts';
import { listStages } from '../releases/progress/list-stages.ts';
import { readEvalResults } from '../evaluations/read-eval-results.ts';
import { readEvalRun } from '../evaluations/read-eval-run.ts';
import { readSamples } from '../evaluations/read-samples.ts';
import { recordStage } from '../releases/progress/record-stage.ts';
import { createApp, environment, startRelease } from '../test-fixtures/release-fixture.ts';
import { useDatabase } from '../test-fixtures/use-database.ts';

const store = useDatabase();

it('a look is stored once: whoever repeats it changes nothing of what the first one saw', async () => {
  const { app } = await createApp(store.db);
  const releaseId = (await startRelease(store.db, app, 'b')).release.id;
  const look = {
    releaseId,
    stage: 'canary-5',
    look: 1,
    splitVersion: 2,
    counts: [{ n: 1 }],
    judgement: { e: 1.5 },
  };
  expect((await storeLook(store.db, look)).stored).toEqual({ counts: [{ n: 1 }] });
  const other = { ...look, counts: [{ n: 99 }], judgement: { e: 40 } };
  expect((await storeLook(store.db, other)).stored).toBeUndefined();
  expect((await listEvidence(store.db, { releaseId }))[0]).toMatchObject(look);
  await storeLook(store.db, { ...look, look: 2 });
  expect((await listEvidence(store.db, { releaseId })).map((row) => row.look)).toEqual([1, 2]);
});

it('a stage is recorded once, and again with what is newer', async () => {
  const { app } = await createApp(store.db);
  const releaseId = (await startRelease(store.db, app, 'b')).release.id;
  const stage = { releaseId, details: {}, startedAt: '2026-01-01T00:00:00.000Z' };
  await recordStage(store.db, { ...stage, stage: 'evaluate', outcome: 'error', summary: 'no judge' });
  await recordStage(store.db, { ...stage, stage: 'evaluate', outcome: 'pass', summary: '50 of 50' });
  await recordStage(store.db, {
    ...stage,
    stage: 'mirror',
    outcome: 'skipped',
    summary: 'by plan',
    startedAt: '2026-01-01T00:01:00.000Z',
  });
  const stages = await listStages(store.db, releaseId);
  expect(stages.map((row) => [row.stage, row.outcome, row.startedAt])).toEqual([
    ['evaluate', 'pass', '2026-01-01T00:00:00.000Z'],
    ['mirror', 'skipped', '2026-01-01T00:01:00.000Z'],
  ]);
});

it('every case of a run is accounted for once, and its decision stays', async () => {
  const { app, a } = await createApp(store.db);
  const run = {
    id: `run-${app}`,
    kind: 'evaluation',
    app,
    candidate: a,
    planned: ['case-1', 'case-2'],
  } as const;
  const created = await createEvalRun(store.db, run);
  expect(await createEvalRun(store.db, { ...run, planned: [] })).toEqual(created);
  const result = {
    runId: run.id,
    caseId: 'case-1',
    revision: a,
    target: 0,
    repeat: 1,
    passed: true,
    details: {},
  };
  expect(await insertEvalResults(store.db, [result, { ...result, repeat: 2, score: 0.5, error: 'x' }])).toBe(
    2,
  );
  expect(await insertEvalResults(store.db, [{ ...result, passed: false }])).toBe(0);
  expect(await readEvalResults(store.db, run.id)).toEqual([
    result,
    { ...result, repeat: 2, score: 0.5, error: 'x' },
  ]);
  await decideEvalRun(store.db, { id: run.id, decision: { gate: 'pass' } });
  const decided = await decideEvalRun(store.db, { id: run.id, decision: { gate: 'fail' } });
  expect(decided.decision).toEqual({ gate: 'pass' });
  expect(await readEvalRun(store.db, run.id)).toEqual(decided);
  const forge = (change: string) => store.db.query(`update eval_run set ${change} where id = $1`, [run.id]);
  await expect(forge(`decision = '{"gate": "fail"}'`)).rejects.toMatchObject({ code: 'SL409' });
  await expect(forge('decision = null, decided_at = null')).rejects.toMatchObject({ code: 'SL409' });
  await forge("expires_at = now() + interval '1 hour'");
  // Nor what it was decided on: a late call counts for nothing.
  expect(await insertEvalResults(store.db, [{ ...result, caseId: 'case-2' }])).toBe(0);
  const turned = store.db.query('update eval_result set passed = false where run_id = $1', [run.id]);
  await expect(turned).rejects.toMatchObject({ code: 'SL409' });
  await expect(decideEvalRun(store.db, { id: 'none', decision: {} })).rejects.toMatchObject({
    code: 'not_found',
  });
});

it('samples come back newest first as the bytes they were, and expire with what was derived (invariant 22)', async () => {
  const { app, a } = await createApp(store.db);
  const sample = { app, environment, revision: a, arm: 'stable', metadata: { n: 1 }, ttlMs: 60_000 };
  const body = Buffer.from([0, 255, 10, 13, 92]);
  await insertSamples(store.db, []);
  await insertSamples(store.db, [{ ...sample, body }, sample, { ...sample, body, ttlMs: 0 }]);
  await insertSamples(store.db, [{ ...sample, metadata: { n: 2 }, body }]);
  await createEvalRun(store.db, {
    id: `old-${app}`,
    kind: 'mirror',
    app,
    candidate: a,
    planned: [],
    ttlMs: 0,
  });
  const samples = await readSamples(store.db, { app, environment, limit: 10 });
  expect(samples.map(({ metadata }) => metadata)).toEqual([{ n: 2 }, { n: 1 }]);
  expect(Buffer.compare(samples[0]!.body, body)).toBe(0);
  const ids = [samples[1]!.id];
  const planned = await readSamples(store.db, { app, environment, limit: 10, ids });
  expect(planned.map(({ id }) => id)).toEqual(ids);
  expect(await deleteExpired(store.db)).toMatchObject({ samples: 1, evalRuns: 1 });
  expect(await readEvalRun(store.db, `old-${app}`)).toBeUndefined();
});
