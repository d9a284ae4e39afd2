import { patched } from '@temporalio/workflow';
import type { LookResult } from '../../activities/looks/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { readClock } from '../../domain/release/hold-clock.ts';
import { superseded } from '../release/release-ended.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { show } from '../release/visibility.ts';
import { letClockRun } from './note-looks.ts';
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
  run: ReleaseRun,
  step: Step,
  holds = run.isPaused,
): Promise<LookResult | undefined> {
  run.changeStep({ clock: readClock(run.stepRun.clock, Date.now(), leaseMs(run)) });
  const look = looksComeInBatches() ? await takeBatch(run, step, holds) : await takeOneLook(run, step);
  letClockRun(run);
  show(run);
  if (look?.unreadCommands === true) run.inbox.woken = true;
  if (look?.verdict === 'superseded') {
    await run.readDecisions(); // Often it was an abort, whose command says by whom.
    throw superseded(look.reason);
  }
  return look;
}
