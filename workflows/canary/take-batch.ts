import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchArgs, BatchResult, LookResult } from '../../activities/looks/contract.ts';
import type { Step } from '../../domain/release/course.ts';
import { blindIntervalMs } from '../../domain/release/look-interval.ts';
import { shareText } from '../../domain/release/progress.ts';
import { batches } from '../activities.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { sentenceOf } from '../release/sentence-of.ts';
import { noteBlindness, noteLook } from './note-looks.ts';
import { waitLeftMs } from './waits.ts';

/** A batch ends after this long, so that the history goes on, and Temporal can suggest to go on in a new run. */
const longestBatchMs = 5 * 60_000;
const shortestBatchMs = 250;

/**
 * Has a batch of looks taken, until one of them decides something or something else has changed. Returns the newest
 * look; undefined where nothing valid was measured. `holds`: the weight is held whatever a look says, as in a pause.
 */
export async function takeBatch(
  run: ReleaseRun,
  step: Step,
  holds: boolean,
): Promise<LookResult | undefined> {
  const args = batchArgs(run, step, holds);
  const result = await untilChanged(run, args);
  // A batch that is cancelled still gives its result: without this an aborted release would go on.
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('the stage was cancelled');
  if (result === undefined) return undefined;
  const { heldMs, lookedAtHeldMs, newestCommandId, last } = result;
  run.changeStep({ clock: { elapsedMs: heldMs, runningSinceMs: undefined } });
  // A look that sees again after blindness counts as one as well: so first what it saw, then whether it saw.
  if (last !== undefined) noteLook(run, last);
  run.changeStep({ look: result.look, lookedAtHeldMs });
  const isNew = newestCommandId > run.progress.seenCommandId;
  if (isNew || last?.unreadCommands === true) await run.readDecisions();
  if (isNew) run.transition({ kind: 'commands-seen', newestId: newestCommandId });
  if (last === undefined && result.why !== undefined) noteBlindness(run, result.why);
  if (result.ended === 'blind' && result.why !== undefined) noteBlindness(run, result.why);
  return last && { ...last, verdict: verdictOf(run, args, result.ended, last) };
}

/**
 * Only the look that has ended its batch decides: one before that was taken when the weight was held, or a promotion
 * was not known. And what cannot be decided by itself is not, where a person has just said to go on.
 */
function verdictOf(
  { progress }: ReleaseRun,
  { promote }: BatchArgs,
  ended: BatchResult['ended'],
  { verdict }: LookResult,
): LookResult['verdict'] {
  const isOvertaken = verdict === 'inconclusive' && !promote && progress.promotion !== undefined;
  return ended === 'decided' && !isOvertaken ? verdict : 'wait';
}

function batchArgs(run: ReleaseRun, { stage, minExposures }: Step, holds: boolean): BatchArgs {
  const { splitVersion, weight, promotion, course, seenCommandId } = run.progress;
  const { leaseMs, maxBlindMs } = course;
  const { holdMs, deadlineMs, look, clock, lookedAtHeldMs, blindSinceMs, acked } = run.stepRun;
  const pausedMs = run.pausedForMs();
  const blind = blindSinceMs !== undefined;
  return {
    ...{ releaseId: run.opened.releaseId, firstRunId: workflowInfo().firstExecutionRunId },
    ...{ stage, minExposures, splitVersion, weight, holdMs, deadlineMs },
    ...{ look, heldMs: clock.elapsedMs, lookedAtHeldMs },
    ...{ promote: promotion !== undefined, holds, blind, leaseMs },
    ...(pausedMs === undefined ? {} : { pausedMs }),
    clockRuns: acked && !blind && !holds,
    blindIntervalMs: blindIntervalMs(maxBlindMs),
    seenCommandId,
    forMs: Math.max(shortestBatchMs, Math.min(longestBatchMs, ...limits(run))),
  };
}

/** What has to be decided by the workflow when its time has come, whatever looks see. */
function limits(run: ReleaseRun): number[] {
  const waitMs = waitLeftMs(run);
  const { splitWrittenMs, course } = run.progress;
  const { blindSinceMs, acked, deadlineMs } = run.stepRun;
  const nowMs = Date.now();
  return [
    run.pauseLeftMs(),
    ...(blindSinceMs === undefined ? [] : [blindSinceMs + course.maxBlindMs - nowMs]),
    ...(acked || run.isPaused || waitMs !== undefined ? [] : [splitWrittenMs + deadlineMs - nowMs]),
    ...(waitMs === undefined ? [] : [waitMs]),
  ];
}

/** The batch, cancelled as soon as something has changed; what it has seen by then is not lost. */
async function untilChanged(run: ReleaseRun, args: BatchArgs): Promise<BatchResult | undefined> {
  const seen = run.changes;
  const batch = new CancellationScope();
  const changing = new CancellationScope();
  changing
    .run(() => condition(() => run.changes !== seen))
    .then(
      () => {
        batch.cancel();
      },
      () => undefined, // Cancelled: the batch has ended by itself.
    );
  try {
    const summary = `Looks from ${args.look} at ${shareText(run.progress)}`;
    return await batch.run(() => batches.takeLooks.executeWithOptions({ summary }, [args]));
  } catch (error) {
    if (isCancellation(error) && isChanged(run, seen)) return undefined;
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    noteLostBatch(run, error);
    return undefined;
  } finally {
    changing.cancel();
  }
}

/** Cancelled by what has changed, and not with the stage. */
function isChanged(run: ReleaseRun, seen: number): boolean {
  return run.changes !== seen && !CancellationScope.current().consideredCancelled;
}

/** Its worker died, or it could not be started: how far it was is what it last told Temporal. */
function noteLostBatch(run: ReleaseRun, error: ActivityFailure): void {
  const { cause } = error;
  const told: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
  if (isTold(told)) {
    const { heldMs, look, lookedAtHeldMs } = told;
    run.changeStep({ clock: { elapsedMs: heldMs, runningSinceMs: undefined }, look, lookedAtHeldMs });
  }
  noteBlindness(run, sentenceOf(error));
}

type Told = Pick<BatchResult, 'look' | 'heldMs' | 'lookedAtHeldMs'>;

function isTold(told: unknown): told is Told {
  return typeof told === 'object' && told !== null && 'look' in told && 'heldMs' in told;
}
