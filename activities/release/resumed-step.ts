import type { Pool } from 'pg';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import type { EvidenceRow } from '../../config-store/looks/counted.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import type { Step } from '../../domain/release/course.ts';
import type { Progress } from '../../domain/release/progress.ts';
import { newStepRun, type StepRun } from '../../domain/release/step-run.ts';
import { incrementsOfRow } from '../looks/judging/increments.ts';
import { stepOperation } from '../split/operation-ids.ts';

/**
 * The state of a release for a run that does not continue another: where its step is follows from what the step wrote
 * and from its looks, since the run before had no last word. What was held since the newest look is not counted.
 */
export async function resumed(db: Pool, release: ReleaseRow, kept: Progress): Promise<Progress> {
  const { steps, compare, maxHoldMs } = kept.course;
  const step = [...steps, compare].find(({ stage }) => stage === kept.stage);
  if (step === undefined) return kept;
  const looks = (await listEvidence(db, { releaseId: release.id })).filter(
    ({ stage }) => stage === kept.stage,
  );
  const isWritten = await wrote(db, release, kept);
  if (!isWritten && looks.length === 0) return kept;
  const run = stepFrom(kept, step, looks, isWritten, maxHoldMs);
  return { ...kept, step: run };
}

function stepFrom(
  { step: kept, splitVersion }: Progress,
  step: Step,
  looks: readonly EvidenceRow[],
  isWritten: boolean,
  maxHoldMs: number,
): StepRun {
  const heldMs = looks
    .filter((look) => isWritten && look.splitVersion === splitVersion)
    .reduce((sum, { counts }) => sum + incrementsOfRow(counts).elapsedMs, 0);
  const { blindSinceMs: _, waitingFor: __, ...before } = kept ?? newStepRun(step, maxHoldMs);
  return {
    ...before,
    ...(isWritten ? { version: splitVersion } : {}),
    // The clock ran: every gateway had taken the version.
    acked: before.acked || heldMs > 0,
    clock: { elapsedMs: heldMs, runningSinceMs: undefined },
    look: Math.max(before.look, ...looks.map(({ look }) => look + 1)),
    lookedAtHeldMs: heldMs,
  };
}

/** Is the split's present version the write of this very step? Then it is not written again. */
async function wrote(db: Pool, { id, app, environment }: ReleaseRow, kept: Progress): Promise<boolean> {
  const { items } = await listHistory(db, { app, environment });
  const write = items.find(({ version }) => version === kept.splitVersion);
  return write?.operationId === stepOperation(id, kept.stage, kept.step?.again);
}
