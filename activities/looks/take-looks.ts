import type { LookDue } from '../../config-store/looks/read-look-due.ts';
import { describeError, SluiceError } from '../../domain/errors.ts';
import { closesByExposures, leaseFor, lookWithinMs } from '../../domain/release/look-interval.ts';
import type { BatchArgs, BatchResult, LookArgs, LookResult } from './contract.ts';
import { condemned, isDecisive } from './judging/decisive.ts';

/** A look that takes longer has failed: the database is away, or locked. */
const lookTimeoutMs = 5_000;
const pollMs = 1_000;

/** What a batch works with; times in milliseconds by a clock that only goes forward. */
export interface BatchParts {
  takeLook(args: LookArgs): Promise<LookResult>;
  readDue(): Promise<LookDue>;
  /** Takes the candidate out, if the release is still the batch's own and its split is as the look has judged it. */
  withdraw(reason: string): Promise<void>;
  /** Tells Temporal how far the batch is, for the case that its worker dies. */
  beat(course: BatchCourse): void;
  nowMs(): number;
  /** Ends early where `signal` is aborted; never throws. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** The batch is to end: something has changed, or the worker stops. */
  readonly signal: AbortSignal;
}

/** What outlives a batch whose worker died. */
export type BatchCourse = Pick<BatchResult, 'look' | 'heldMs' | 'lookedAtHeldMs'>;

interface Batch extends BatchCourse {
  readonly startedMs: number;
  readAtMs: number;
  newestCommandId: number;
}

/**
 * Takes looks until one decides something, nothing can be measured any more (or again), people have decided
 * something, or the batch's time is over. A candidate that is condemned is taken out here, so that a dead Temporal
 * never keeps it alive; and with nobody looking its lease runs out.
 */
export async function takeLooks(parts: BatchParts, args: BatchArgs): Promise<BatchResult> {
  const { look, heldMs, lookedAtHeldMs, seenCommandId: newestCommandId } = args;
  const startedMs = parts.nowMs();
  const batch: Batch = { look, heldMs, lookedAtHeldMs, newestCommandId, startedMs, readAtMs: startedMs };
  for (;;) {
    const seen = await lookOnce(parts, args, batch);
    const ended = seen.look === undefined ? undefined : await endAfter(parts, args, seen.look);
    if (ended !== undefined) return resultOf(batch, ended, seen);
    if (seen.look === undefined && !args.blind) return resultOf(batch, 'blind', seen);
    const next = await untilDue(parts, args, batch, seen.look);
    readClock(parts, args, batch);
    if (next !== 'due') return resultOf(batch, next, seen);
  }
}

interface Seen {
  readonly look?: LookResult;
  /** Why nothing valid was measured. */
  readonly why?: string;
}

async function lookOnce(parts: BatchParts, args: BatchArgs, batch: Batch): Promise<Seen> {
  readClock(parts, args, batch);
  try {
    const look = condemned(await inTime(parts.takeLook(lookArgs(parts, args, batch))), args.holds);
    if (look.verdict !== 'superseded') {
      batch.look += 1;
      batch.lookedAtHeldMs = batch.heldMs;
    }
    parts.beat({ look: batch.look, heldMs: batch.heldMs, lookedAtHeldMs: batch.lookedAtHeldMs });
    return { look };
  } catch (error) {
    return { why: describeError(error) };
  }
}

async function endAfter(
  parts: BatchParts,
  args: BatchArgs,
  look: LookResult,
): Promise<BatchResult['ended'] | undefined> {
  if (look.verdict === 'fail') await withdraw(parts, args, look.reason);
  if (isDecisive(look.verdict, args.holds)) return 'decided';
  if (look.unreadCommands) return 'interrupted';
  return args.blind ? 'seeing' : undefined;
}

/** Tried for as long as the candidate's lease may last: after that no gateway serves it anyway. */
async function withdraw(parts: BatchParts, { leaseMs }: BatchArgs, reason: string): Promise<void> {
  const untilMs = parts.nowMs() + leaseMs;
  for (;;) {
    try {
      await parts.withdraw(reason);
      return;
    } catch {
      // The workflow withdraws it as well, and says why it could not.
      if (parts.signal.aborted || parts.nowMs() >= untilMs) return;
      await parts.wait(pollMs, parts.signal);
    }
  }
}

/** Waits until the next look closes: by its time, by exposures, or because the split has moved. */
async function untilDue(
  parts: BatchParts,
  args: BatchArgs,
  batch: Batch,
  last: LookResult | undefined,
): Promise<'due' | 'over' | 'interrupted'> {
  const fromMs = parts.nowMs();
  const dueMs = fromMs + withinMs(parts, args, batch);
  const overMs = batch.startedMs + args.forMs;
  while (!parts.signal.aborted) {
    const nowMs = parts.nowMs();
    if (nowMs >= overMs) return 'over';
    if (nowMs >= dueMs) return 'due';
    await parts.wait(Math.min(pollMs, dueMs - nowMs, overMs - nowMs), parts.signal);
    const due = await readDue(parts);
    if (due === undefined) continue; // The look will say what is the matter.
    batch.newestCommandId = due.newestCommandId;
    if (due.newestCommandId > args.seenCommandId) return 'interrupted';
    if (due.splitVersion !== args.splitVersion) return 'due';
    if (last !== undefined && closesByExposures(last.exposures.candidate, due.exposed)) return 'due';
  }
  return 'interrupted';
}

async function readDue(parts: BatchParts): Promise<LookDue | undefined> {
  try {
    return await inTime(parts.readDue());
  } catch {
    return undefined;
  }
}

function withinMs(parts: BatchParts, args: BatchArgs, { heldMs, startedMs }: Batch): number {
  if (args.blind) return args.blindIntervalMs;
  const pausedMs = args.pausedMs === undefined ? undefined : args.pausedMs + parts.nowMs() - startedMs;
  return lookWithinMs({ heldMs, holdMs: args.holdMs, pausedMs });
}

/** What nobody measured is not held: a stretch between two readings counts for at most the candidate's lease. */
function readClock(parts: BatchParts, args: BatchArgs, batch: Batch): void {
  const nowMs = parts.nowMs();
  if (args.clockRuns) batch.heldMs += Math.round(Math.min(nowMs - batch.readAtMs, args.leaseMs));
  batch.readAtMs = nowMs;
}

function lookArgs(parts: BatchParts, args: BatchArgs, batch: Batch): LookArgs {
  const { releaseId, stage, splitVersion, weight, holdMs, deadlineMs, minExposures, promote } = args;
  return {
    ...{ releaseId, stage, splitVersion, weight, holdMs, deadlineMs, minExposures, promote },
    look: batch.look,
    heldMs: batch.heldMs,
    elapsedMs: batch.heldMs - batch.lookedAtHeldMs,
    leaseMs: leaseFor(args.leaseMs, withinMs(parts, args, batch)),
  };
}

function resultOf(batch: Batch, ended: BatchResult['ended'], { look: last, why }: Seen): BatchResult {
  const { look, heldMs, lookedAtHeldMs, newestCommandId } = batch;
  return {
    ...{ ended, look, heldMs, lookedAtHeldMs, newestCommandId },
    ...(last === undefined ? {} : { last }),
    ...(why === undefined ? {} : { why }),
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new SluiceError('broken_measurement', 'The database did not answer a look in time.'));
  }, lookTimeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
