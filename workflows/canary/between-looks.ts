import { condition, makeContinueAsNewFunc, patched, workflowInfo } from '@temporalio/workflow';
import { readClock } from '../../domain/release/hold-clock.ts';
import { store } from '../activities.ts';
import type { ReleaseInput } from '../messages.ts';
import { ReleaseEnded } from '../release/release-ended.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { looksComeInBatches } from './measure.ts';
import { letClockRun } from './note-looks.ts';
import { leaseMs, nextLookMs } from './take-one-look.ts';

/**
 * Between two batches of looks: ends the release where a gateway has refused the step or the pause has lasted too
 * long, and goes on in a new run where Temporal suggests it. A batch waits for its looks by itself.
 */
export async function betweenLooks(run: ReleaseRun): Promise<void> {
  throwIfEnded(run);
  await continueAsNewWhereSuggested(run);
  if (looksComeInBatches()) return;
  const seen = run.changes;
  const waitMs = Math.min(nextLookMs(run), Math.max(1, run.pauseLeftMs()));
  await condition(() => run.changes !== seen, waitMs, { summary: `Until look ${run.stepRun.look}` });
  // What changed may stop the clock or set it going: from now on, not from the next look.
  run.changeStep({ clock: readClock(run.stepRun.clock, Date.now(), leaseMs(run)) });
  letClockRun(run);
  throwIfEnded(run);
}

function throwIfEnded(run: ReleaseRun): void {
  const { stepEnd } = run;
  if (stepEnd !== undefined)
    throw new ReleaseEnded(stepEnd, stepEnd.outcome === 'rolled_back' ? 'fail' : 'inconclusive');
  run.requirePauseWithinLimit();
}

/** Only with everything read: what arrives afterwards makes Temporal ask again. */
async function continueAsNewWhereSuggested(run: ReleaseRun): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || !run.inbox.isIdle()) return;
  const { app, releaseId } = run.opened;
  // A run of an earlier version carried its state instead.
  if (patched('state-is-a-row'))
    await run.inTurn(() => store.keepProgress({ releaseId, kept: run.toKeep() }));
  // What has come meanwhile is for this run to read: Temporal asks again.
  if (!run.inbox.isIdle()) return;
  // Temporal takes neither memo nor search attributes over by itself.
  const { memo, typedSearchAttributes } = workflowInfo();
  const goOn = makeContinueAsNewFunc<(input: ReleaseInput) => Promise<unknown>>({
    typedSearchAttributes,
    ...(memo === undefined ? {} : { memo }),
  });
  await goOn({ app, releaseId });
}
