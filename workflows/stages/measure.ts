import { patched } from '@temporalio/workflow';
import type { LookResult } from '../../activities/looks/contract.ts';
import { readClock } from '../../domain/release/hold-clock.ts';
import { isPaused, readDecisions } from '../release-context.ts';
import { superseded } from '../release-ended.ts';
import { show } from '../visibility.ts';
import { letClockRun, type Measured } from './measured.ts';
import { takeBatch } from './take-batch.ts';
import { leaseMs, takeOneLook } from './take-one-look.ts';

/** Looks were single activities, with a timer between two: releases from then go on so until their next look. */
export function looksComeInBatches(): boolean {
  return patched('looks-in-batches');
}

/**
 * Looks until there is something to act on, and returns the newest look. Undefined where nothing valid was measured,
 * or something else has changed first. `holds`: the weight is held whatever a look says. Throws ReleaseEnded where
 * somebody else has written the split, or nothing valid was measured for too long.
 */
export async function measure(
  measured: Measured,
  holds = isPaused(measured.context),
): Promise<LookResult | undefined> {
  const { context, state } = measured;
  state.clock = readClock(state.clock, Date.now(), leaseMs(measured));
  const look = looksComeInBatches() ? await takeBatch(measured, holds) : await takeOneLook(measured);
  letClockRun(measured);
  show(context);
  if (look?.unreadCommands === true) context.inbox.woken = true;
  if (look?.verdict === 'superseded') {
    await readDecisions(context); // Often it was an abort, whose command says by whom.
    throw superseded(look.reason);
  }
  return look;
}
