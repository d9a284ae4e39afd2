import { recordStage } from '../../config-store/releases/progress/record-stage.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { createApp, plan, raise, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { useDatabase } from '../../config-store/test-fixtures/use-database.ts';
import { gatesOf } from '../../domain/release/course.ts';
import type { GateStage } from '../../domain/release/gate-stages.ts';
import { newProgress, type Progress } from '../../domain/release/progress.ts';
import { courseOf } from '../looks/judging/course.ts';
import { progressOf } from './progress-of.ts';

const database = useDatabase();

/** A release at 5 % whose gates have passed, and what a run of an earlier version would truly carry of it. */
async function atFive(gates?: readonly GateStage[]) {
  const { db } = database;
  const { app } = await createApp(db);
  const opened = await startRelease(db, app, 'b');
  const releaseId = opened.release.id;
  const pass = (stage: string) => {
    const startedAt = new Date().toISOString();
    return recordStage(db, { releaseId, stage, outcome: 'pass', summary: 'passed', startedAt });
  };
  const course = { ...courseOf(plan), gates };
  for (const stage of gatesOf(course)) await pass(stage);
  await setProgress(db, { releaseId, stage: 'canary-5', progress: {} });
  await raise(db, opened, { weight: 5, expectedVersion: opened.splitVersion });
  const splitVersion = opened.splitVersion + 1;
  const carried: Progress = {
    ...newProgress({ course, splitVersion }, 0),
    ...{ stageIndex: gatesOf(course).length, stage: 'canary-5', weight: 5 },
  };
  const release = await requireRelease(db, releaseId);
  const firstRunId = release.firstRunId ?? '';
  const take = async (more: Partial<Progress>) => {
    const run = { runId: 'second', continuedRunId: firstRunId };
    return progressOf(db, await requireRelease(db, releaseId), { ...run, carried: { ...carried, ...more } });
  };
  /** Everything but the comparison has passed, and the finish is next. */
  const finish = async () => {
    for (const { stage } of course.steps) await pass(stage);
    await setProgress(db, { releaseId, stage: 'finish', progress: {} });
    return { stage: 'finish', stageIndex: gatesOf(course).length + course.steps.length + 1 };
  };
  return { release, firstRunId, carried, take, finish };
}

describe('what a run of an earlier version has carried', () => {
  it('is believed once where the rows say the same', async () => {
    const { take, carried } = await atFive();
    expect(await take({})).toEqual(carried);
  });

  it.each([
    ['a later stage', { stage: 'finish', stageIndex: 6 }],
    ['more stages than have a result', { stageIndex: 5 }],
    ['another split version', { splitVersion: 9 }],
    ['another weight', { weight: 95 }],
  ])('is not believed where it says %s', async (_, more) => {
    const { take } = await atFive();
    await expect(take(more)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([[undefined], [['evaluate'] as const]])('is believed at the finish of gates %j', async (gates) => {
    const { take, finish } = await atFive(gates);
    const more = await finish();
    expect(await take(more)).toMatchObject(more);
  });

  it('is nothing at the beginning, and has to be there for a run that continues another', async () => {
    const { release, firstRunId } = await atFive();
    const first = { runId: firstRunId, continuedRunId: undefined, carried: undefined };
    expect(await progressOf(database.db, release, first)).toBeUndefined();
    const second = { runId: 'second', continuedRunId: firstRunId, carried: undefined };
    await expect(progressOf(database.db, release, second)).rejects.toMatchObject({ code: 'conflict' });
  });
});
