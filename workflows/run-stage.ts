import { CancellationScope, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { store } from './activities.ts';
import {
  inTurn,
  readDecisions,
  toKeep,
  transition,
  waitWhilePaused,
  type ReleaseContext,
} from './release-context.ts';
import { ReleaseEnded, superseded } from './release-ended.ts';
import { sentenceOf } from './sentence-of.ts';
import type { Stage, StageResult } from './stages/stage.ts';
import { publish } from './visibility.ts';

type Recorded = Omit<StageResult, 'outcome' | 'end' | 'alarmed'> & {
  outcome: StageResult['outcome'] | 'error';
};

/**
 * Runs one stage, from the middle where a run before has left it there, and records how it ended. The stage runs in
 * a scope of its own, which an abort cancels.
 */
export async function runStage(context: ReleaseContext, stage: Stage, index: number): Promise<StageResult> {
  const scope = new CancellationScope();
  context.stageScope = scope;
  if (context.aborted !== undefined) scope.cancel();
  try {
    const result = await scope.run(async () => {
      if (context.step === undefined) await enter(context, stage, index);
      return stage.run(context);
    });
    // What has happened is recorded, also where the workflow is cancelled meanwhile.
    await CancellationScope.nonCancellable(() => inTurn(context, () => leave(context, stage, result)));
    return result;
  } catch (error) {
    const failed = outcomeOf(context, error);
    if (failed !== undefined)
      await CancellationScope.nonCancellable(() => inTurn(context, () => record(context, stage, failed)));
    throw error;
  } finally {
    context.stageScope = undefined;
  }
}

async function enter(context: ReleaseContext, { name }: Stage, stageIndex: number): Promise<void> {
  // In production a pause is measured on; the step itself waits.
  if (context.progress.compensations.length === 0) await waitWhilePaused(context);
  const entered = await inTurn(context, () => {
    transition(context, { kind: 'entered', stage: name, stageIndex, atMs: Date.now() });
    context.guardrails = [];
    publish(context);
    const { releaseId } = context.opened;
    const { splitVersion } = context.progress;
    return store.enterStage({ releaseId, stage: name, splitVersion, kept: toKeep(context) });
  });
  if (entered.kind === 'entered') return;
  await readDecisions(context);
  throw superseded(`the split had moved, or the release was rolled back, when ${name} began`);
}

/** The state behind a stage is kept with the stage's record, and not before. */
function leave(context: ReleaseContext, stage: Stage, result: StageResult): Promise<void> {
  const alarm = result.alarmed === undefined ? {} : { alarmed: result.alarmed };
  context.step = undefined;
  // Where the release ends with it, a run that takes over before that has happened must come to the same end.
  if (result.end === undefined) transition(context, { kind: 'left', ...alarm });
  return record(context, stage, result);
}

async function record(context: ReleaseContext, { name }: Stage, result: Recorded): Promise<void> {
  const { outcome, summary, evidenceDigest, override } = result;
  await store.recordStage({
    releaseId: context.opened.releaseId,
    stage: name,
    outcome,
    summary,
    startedMs: context.progress.stageStartedMs,
    kept: toKeep(context),
    ...(evidenceDigest === undefined ? {} : { evidenceDigest }),
    ...(override === undefined ? {} : { override }),
  });
}

/** How a stage that did not come to its end is recorded; not at all where it goes on in another run. */
function outcomeOf({ aborted }: ReleaseContext, error: unknown): Recorded | undefined {
  if (error instanceof ReleaseEnded) return { outcome: error.stageOutcome, summary: error.message };
  if (isCancellation(error)) return { outcome: 'inconclusive', summary: aborted?.reason ?? 'aborted' };
  if (error instanceof TemporalFailure) return { outcome: 'error', summary: sentenceOf(error) };
  return undefined;
}
