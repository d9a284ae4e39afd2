import type { Pool } from 'pg';
import { claimReleaseProgress } from '../../config-store/releases/progress/claim-release-progress.ts';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { gatesOf } from '../../domain/release/course.ts';
import type { Progress } from '../../domain/release/progress.ts';
import { resumed } from './resumed-step.ts';

/**
 * Where the run before has left a release; undefined at its beginning. What a run of an earlier version has carried is
 * believed once, where nothing is kept yet and it says what the release's rows say: its split version is in force, and
 * no stage before its own lacks a result. Throws `conflict` where there is nothing to continue, or it is not believed.
 */
export async function progressOf(
  db: Pool,
  release: ReleaseRow,
  run: {
    readonly runId: string;
    readonly continuedRunId: string | undefined;
    readonly carried: Progress | undefined;
  },
): Promise<Progress | undefined> {
  const { carried, continuedRunId } = run;
  const kept = await claimReleaseProgress(db, { releaseId: release.id, ...run });
  // A fresh run took the place of one that could not go on: that one had no last word.
  if (continuedRunId === undefined) return kept && resumed(db, release, kept);
  if (kept !== undefined) return kept;
  if (carried === undefined) {
    throw new SluiceError('conflict', `Nothing is kept of release ${release.id} that could be continued.`, {
      remedy: 'Start a new release.',
    });
  }
  await requireTrue(db, release, carried);
  return carried;
}

async function requireTrue(db: Pool, release: ReleaseRow, carried: Progress): Promise<void> {
  const split = await readSplit(db, release);
  const passed = (await listStages(db, release.id)).filter(
    ({ outcome }) => outcome !== 'fail' && outcome !== 'error',
  );
  const isTrue =
    split?.version === carried.splitVersion &&
    release.stage === carried.stage &&
    (split.releaseId === release.id ? split.weight : 0) === carried.weight &&
    passed.filter(({ stage }) => stage !== carried.stage).length >= stagesBefore(carried);
  if (isTrue) return;
  throw new SluiceError('conflict', `What was carried of release ${release.id} is not what its rows say.`, {
    remedy: 'Start a new release.',
  });
}

/** Gates come before the steps; the comparison is walked only where an alarm has led to it. */
function stagesBefore({ stageIndex, stage, course, alarmed }: Progress): number {
  const isFinish = stageIndex > course.steps.length + gatesOf(course).length;
  return isFinish && stage === 'finish' && !alarmed ? stageIndex - 1 : stageIndex;
}
