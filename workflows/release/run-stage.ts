import { CancellationScope, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { store } from '../activities.ts';
import { ReleaseEnded, superseded } from './release-ended.ts';
import type { ReleaseRun } from './release-run.ts';
import { sentenceOf } from './sentence-of.ts';
import type { Stage, StageResult } from './stage.ts';
import { publish } from './visibility.ts';

type Recorded = Omit<StageResult, 'outcome' | 'end' | 'alarmed'> & {
  readonly outcome: StageResult['outcome'] | 'error';
};

/**
 * Runs one stage, from the middle where a run before has left it there, and records how it ended. The stage runs in
 * a scope of its own, which an abort cancels.
 */
export async function runStage(run: ReleaseRun, stage: Stage, index: number): Promise<StageResult> {
  const scope = new CancellationScope();
  run.stageScope = scope;
  if (run.aborted !== undefined) scope.cancel();
  try {
    const result = await scope.run(async () => {
      if (run.progress.step === undefined) await enter(run, stage, index);
      return stage.run(run);
    });
    // What has happened is recorded, also where the workflow is cancelled meanwhile.
    await CancellationScope.nonCancellable(() => run.inTurn(() => leave(run, stage, result)));
    return result;
  } catch (error) {
    const failed = outcomeOf(run, error);
    if (failed !== undefined)
      await CancellationScope.nonCancellable(() => run.inTurn(() => record(run, stage, failed)));
    throw error;
  } finally {
    run.stageScope = undefined;
  }
}

async function enter(run: ReleaseRun, { name }: Stage, stageIndex: number): Promise<void> {
  // In production a pause is measured on; the step itself waits.
  if (!run.isInProduction) await run.waitWhilePaused();
  const entered = await run.inTurn(() => {
    run.transition({ kind: 'entered', stage: name, stageIndex, atMs: Date.now() });
    run.guardrails = [];
    publish(run);
    const { releaseId } = run.opened;
    const { splitVersion } = run.progress;
    return store.enterStage({ releaseId, stage: name, splitVersion, kept: run.toKeep() });
  });
  if (entered.kind === 'entered') return;
  await run.readDecisions();
  throw superseded(`the split had moved, or the release was rolled back, when ${name} began`);
}

/** The state behind a stage is kept with the stage's record, and not before. */
function leave(run: ReleaseRun, stage: Stage, result: StageResult): Promise<void> {
  const alarm = result.alarmed === undefined ? {} : { alarmed: result.alarmed };
  // Where the release ends with it, a run that takes over before that has happened must come to the same end.
  if (result.end === undefined) run.transition({ kind: 'left', ...alarm });
  return record(run, stage, result);
}

async function record(run: ReleaseRun, { name }: Stage, result: Recorded): Promise<void> {
  const { outcome, summary, evidenceDigest, override } = result;
  await store.recordStage({
    releaseId: run.opened.releaseId,
    stage: name,
    outcome,
    summary,
    startedMs: run.progress.stageStartedMs,
    kept: run.toKeep(),
    ...(evidenceDigest === undefined ? {} : { evidenceDigest }),
    ...(override === undefined ? {} : { override }),
  });
}

/** How a stage that did not come to its end is recorded; not at all where it goes on in another run. */
function outcomeOf({ aborted }: ReleaseRun, error: unknown): Recorded | undefined {
  if (error instanceof ReleaseEnded) return { outcome: error.stageOutcome, summary: error.message };
  if (isCancellation(error)) return { outcome: 'inconclusive', summary: aborted?.reason ?? 'aborted' };
  if (error instanceof TemporalFailure) return { outcome: 'error', summary: sentenceOf(error) };
  return undefined;
}
