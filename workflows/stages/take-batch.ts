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
import { blindIntervalMs } from '../../domain/release/look-interval.ts';
import { batches } from '../activities.ts';
import {
  isPaused,
  pausedForMs,
  pauseLeftMs,
  readDecisions,
  transition,
  type ReleaseContext,
} from '../release-context.ts';
import { sentenceOf } from '../sentence-of.ts';
import { noteBlindness, noteLook, type Measured } from './measured.ts';
import { waitLeftMs } from './waits.ts';

/** A batch ends after this long, so that the history goes on, and Temporal can suggest to go on in a new run. */
const longestBatchMs = 5 * 60_000;
const shortestBatchMs = 250;

/**
 * Has a batch of looks taken, until one of them decides something or something else has changed. Returns the newest
 * look; undefined where nothing valid was measured. `holds`: the weight is held whatever a look says, as in a pause.
 */
export async function takeBatch(measured: Measured, holds: boolean): Promise<LookResult | undefined> {
  const { context, state } = measured;
  const args = batchArgs(measured, holds);
  const result = await untilChanged(measured, args);
  // A batch that is cancelled still gives its result: without this an aborted release would go on.
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('the stage was cancelled');
  if (result === undefined) return undefined;
  const { heldMs, lookedAtHeldMs, newestCommandId, last } = result;
  state.clock = { elapsedMs: heldMs, runningSinceMs: undefined };
  // A look that sees again after blindness counts as one as well: so first what it saw, then whether it saw.
  if (last !== undefined) noteLook(measured, last);
  Object.assign(state, { look: result.look, lookedAtHeldMs });
  const isNew = newestCommandId > context.progress.seenCommandId;
  if (isNew || last?.unreadCommands === true) await readDecisions(context);
  if (isNew) transition(context, { kind: 'commands-seen', newestId: newestCommandId });
  if (last === undefined && result.why !== undefined) noteBlindness(measured, result.why);
  if (result.ended === 'blind' && result.why !== undefined) noteBlindness(measured, result.why);
  return last && { ...last, verdict: verdictOf(measured, args, result.ended, last) };
}

/**
 * Only the look that has ended its batch decides: one before that was taken when the weight was held, or a promotion
 * was not known. And what cannot be decided by itself is not, where a person has just said to go on.
 */
function verdictOf(
  { context }: Measured,
  { promote }: BatchArgs,
  ended: BatchResult['ended'],
  { verdict }: LookResult,
): LookResult['verdict'] {
  const isOvertaken = verdict === 'inconclusive' && !promote && context.progress.promotion !== undefined;
  return ended === 'decided' && !isOvertaken ? verdict : 'wait';
}

function batchArgs(measured: Measured, holds: boolean): BatchArgs {
  const { context, step, state } = measured;
  const { splitVersion, weight, promotion, course, seenCommandId } = context.progress;
  const { leaseMs, maxBlindMs } = course;
  const pausedMs = pausedForMs(context);
  const blind = state.blindSinceMs !== undefined;
  return {
    ...{ releaseId: context.opened.releaseId, firstRunId: workflowInfo().firstExecutionRunId },
    ...{ stage: step.stage, minExposures: step.minExposures, splitVersion, weight },
    ...{ holdMs: state.holdMs, deadlineMs: state.deadlineMs },
    ...{ look: state.look, heldMs: state.clock.elapsedMs, lookedAtHeldMs: state.lookedAtHeldMs },
    ...{ promote: promotion !== undefined, holds, blind, leaseMs },
    ...(pausedMs === undefined ? {} : { pausedMs }),
    clockRuns: state.acked && !blind && !holds,
    blindIntervalMs: blindIntervalMs(maxBlindMs),
    seenCommandId,
    forMs: Math.max(shortestBatchMs, Math.min(longestBatchMs, ...limits(measured))),
  };
}

/** What has to be decided by the workflow when its time has come, whatever looks see. */
function limits(measured: Measured): number[] {
  const { context, state } = measured;
  const waitMs = waitLeftMs(measured);
  const { splitWrittenMs, course } = context.progress;
  const { blindSinceMs, acked, deadlineMs } = state;
  const nowMs = Date.now();
  return [
    pauseLeftMs(context),
    ...(blindSinceMs === undefined ? [] : [blindSinceMs + course.maxBlindMs - nowMs]),
    ...(acked || isPaused(context) || waitMs !== undefined ? [] : [splitWrittenMs + deadlineMs - nowMs]),
    ...(waitMs === undefined ? [] : [waitMs]),
  ];
}

/** The batch, cancelled as soon as something has changed; what it has seen by then is not lost. */
async function untilChanged(measured: Measured, args: BatchArgs): Promise<BatchResult | undefined> {
  const { context } = measured;
  const seen = context.changes;
  const batch = new CancellationScope();
  const changing = new CancellationScope();
  changing
    .run(() => condition(() => context.changes !== seen))
    .then(
      () => {
        batch.cancel();
      },
      () => undefined, // Cancelled: the batch has ended by itself.
    );
  try {
    const summary = `Looks from ${args.look} at ${args.weight} %`;
    return await batch.run(() => batches.takeLooks.executeWithOptions({ summary }, [args]));
  } catch (error) {
    if (isCancellation(error) && isChanged(context, seen)) return undefined;
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    noteLostBatch(measured, error);
    return undefined;
  } finally {
    changing.cancel();
  }
}

/** Cancelled by what has changed, and not with the stage. */
function isChanged(context: ReleaseContext, seen: number): boolean {
  return context.changes !== seen && !CancellationScope.current().consideredCancelled;
}

/** Its worker died, or it could not be started: how far it was is what it last told Temporal. */
function noteLostBatch(measured: Measured, error: ActivityFailure): void {
  const { state } = measured;
  const { cause } = error;
  const told: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
  if (isCourse(told)) {
    state.clock = { elapsedMs: told.heldMs, runningSinceMs: undefined };
    Object.assign(state, { look: told.look, lookedAtHeldMs: told.lookedAtHeldMs });
  }
  noteBlindness(measured, sentenceOf(error));
}

type Course = Pick<BatchResult, 'look' | 'heldMs' | 'lookedAtHeldMs'>;

function isCourse(told: unknown): told is Course {
  return typeof told === 'object' && told !== null && 'look' in told && 'heldMs' in told;
}
