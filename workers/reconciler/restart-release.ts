import { isGrpcServiceError } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { recordSignals } from '../../activities/release/record-signals.ts';
import { isAway } from '../../activities/temporal/temporal-facts.ts';
import type { RunningWorkflow, WorkflowRun } from '../../activities/temporal/temporal-run.ts';
import type { TemporalView } from '../../activities/temporal/temporal-view.ts';
import { beginRestart } from '../../config-store/releases/progress/begin-restart.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isOpen } from '../../domain/release/release.ts';
import { releaseStart, releaseWorkflowType } from '../../workflows/messages.ts';

/** A workflow task that fails for this long does so because of the code, or of its history: it will not pass by itself. */
export const failingLimitMs = 60_000;
/** So many runs in a row that came no further: another one would not either. */
export const mostRestarts = 5;

export interface RestartParts {
  readonly db: Pool;
  readonly temporal: TemporalView;
  readonly log: Logger;
  /** Where workers wait for releases. */
  readonly taskQueue: string;
  /** How long a workflow task may keep failing before its run is replaced; a minute where nothing is said. */
  readonly failingLimitMs?: number;
}

/** Why a release's run cannot go on: its own task, or that of a workflow which it waits for, keeps failing. */
export function stuckBecause({ children, ...own }: RunningWorkflow, limitMs: number): string | undefined {
  const stuck = [own, ...children].find(({ failing }) => failing !== undefined && failing.forMs >= limitMs);
  return (
    stuck?.failing &&
    `no worker could carry it on for ${Math.round(stuck.failing.forMs / 1000)} s: ${stuck.failing.why}`
  );
}

/** Have several runs in a row come no further? Then the release is not to be had another one for. */
export function isBeyondRestarts({ restarts }: ReleaseRow): boolean {
  return restarts >= mostRestarts;
}

/**
 * Replaces the run of a release by a fresh one, which goes on from the release's row at the step where it is. First the
 * row says so: whatever dies in between, the next round of any reconciler carries it to its end, and nobody takes the
 * release for lost. What people sent to the run that nobody could read is recorded before it is gone.
 */
export async function restartRelease(
  parts: RestartParts,
  release: ReleaseRow & { readonly firstRunId: string },
  run: RunningWorkflow,
  why: string,
): Promise<boolean> {
  const { db, temporal } = parts;
  const { id: releaseId, firstRunId } = release;
  await recordReadable(parts, releaseId, run);
  const begun = await beginRestart(db, { releaseId, firstRunId, actor: 'system:reconciler', reason: why });
  if (!begun) return false;
  await endRuns(temporal, run, why);
  await startFresh(parts, release);
  return true;
}

/** A history that nobody can read, however often it is asked for, must not keep its run from being replaced. */
async function recordReadable(
  { db, temporal, log }: RestartParts,
  releaseId: string,
  run: RunningWorkflow,
): Promise<void> {
  try {
    await recordSignals({ db, temporal }, releaseId, run);
  } catch (error) {
    if (mayPass(error)) throw error;
    log.warn({ release: releaseId, err: error }, 'what was sent to a run that is replaced cannot be read');
  }
}

/** Is the database away, or Temporal, rather than that Temporal answers with something that is of no use? */
function mayPass(error: unknown): boolean {
  if (!(error instanceof SluiceError && error.code === 'unreachable')) return false;
  const { cause } = error;
  const told = cause instanceof Error && isGrpcServiceError(cause.cause) ? cause.cause : cause;
  return !isGrpcServiceError(told) || isAway(told.code);
}

/** Carries a restart on that somebody has begun: true where a fresh run had to be started. */
export async function finishRestart(
  parts: RestartParts,
  release: ReleaseRow,
  run: RunningWorkflow | undefined,
): Promise<boolean> {
  const isReplaced = run !== undefined && run.firstRunId === release.firstRunId;
  if (run !== undefined && !isReplaced) return false; // The fresh one; it has not asked for its release yet.
  if (isReplaced)
    await endRuns(parts.temporal, run, 'it is replaced by a run that goes on from the release’s row');
  await startFresh(parts, release);
  return true;
}

/** Children first: what they did stands in the database, and the fresh run asks for the rest under the same ids. */
export async function endRuns(temporal: TemporalView, run: RunningWorkflow, reason: string): Promise<void> {
  const runs: WorkflowRun[] = [...run.children, run];
  for (const { workflowId, runId } of runs) await temporal.terminate({ workflowId, runId, reason });
}

async function startFresh({ db, temporal, taskQueue }: RestartParts, { id }: ReleaseRow): Promise<void> {
  const release = await readRelease(db, id);
  // What the old run has brought to its end in its last moment needs no other.
  if (release === undefined || !isOpen(release.state) || !release.restarting) return;
  await temporal.start(releaseWorkflowType, {
    ...releaseStart(release),
    taskQueue,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
