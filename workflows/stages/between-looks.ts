import { condition, makeContinueAsNewFunc, patched, workflowInfo } from '@temporalio/workflow';
import { readClock } from '../../domain/release/hold-clock.ts';
import { store } from '../activities.ts';
import { isIdle } from '../inbox.ts';
import type { ReleaseInput } from '../messages.ts';
import {
  inTurn,
  pauseLeftMs,
  requirePauseWithinLimit,
  toKeep,
  transition,
  type ReleaseContext,
} from '../release-context.ts';
import { ReleaseEnded } from '../release-ended.ts';
import { looksComeInBatches } from './measure.ts';
import { letClockRun, type Measured } from './measured.ts';
import { leaseMs, nextLookMs } from './take-one-look.ts';

/**
 * Between two batches of looks: ends the release where a gateway has refused the step or the pause has lasted too
 * long, and goes on in a new run where Temporal suggests it. A batch waits for its looks by itself.
 */
export async function betweenLooks(measured: Measured): Promise<void> {
  const { context, state } = measured;
  throwIfEnded(measured);
  await continueAsNewWhereSuggested(context);
  if (looksComeInBatches()) return;
  const seen = context.changes;
  const waitMs = Math.min(nextLookMs(measured), Math.max(1, pauseLeftMs(context)));
  await condition(() => context.changes !== seen, waitMs, { summary: `Until look ${state.look}` });
  // What changed may stop the clock or set it going: from now on, not from the next look.
  state.clock = readClock(state.clock, Date.now(), leaseMs(measured));
  letClockRun(measured);
  throwIfEnded(measured);
}

function throwIfEnded({ context, state }: Measured): void {
  if (state.ended !== undefined) {
    throw new ReleaseEnded(state.ended, state.ended.outcome === 'rolled_back' ? 'fail' : 'inconclusive');
  }
  requirePauseWithinLimit(context);
}

/** Only with everything read: what arrives afterwards makes Temporal ask again. */
async function continueAsNewWhereSuggested(context: ReleaseContext): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || !isIdle(context.inbox)) return;
  const { app, releaseId } = context.opened;
  await inTurn(context, async () => {
    if (context.step !== undefined) transition(context, { kind: 'held', step: { ...context.step } });
    // A run of an earlier version carried its state instead.
    if (patched('state-is-a-row')) await store.keepProgress({ releaseId, kept: toKeep(context) });
  });
  // What has come meanwhile is for this run to read: Temporal asks again.
  if (!isIdle(context.inbox)) return;
  // Temporal takes neither memo nor search attributes over by itself.
  const { memo, typedSearchAttributes } = workflowInfo();
  const goOn = makeContinueAsNewFunc<(input: ReleaseInput) => Promise<unknown>>({
    typedSearchAttributes,
    ...(memo === undefined ? {} : { memo }),
  });
  await goOn({ app, releaseId });
}
