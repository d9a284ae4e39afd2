import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { assertReleasable } from '../../config-store/releases/assert-releasable.ts';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { holdToPolicy } from '../../config-store/policies/hold-to-policy.ts';
import { noteTemporal } from '../../config-store/releases/progress/note-temporal.ts';
import { noteWatch } from '../../config-store/releases/progress/note-watch.ts';
import { readRelease } from '../../config-store/releases/read-release.ts';
import { setFirstRunId } from '../../config-store/releases/progress/set-first-run-id.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import type { MirrorData } from '../../analysis/gate/mirror-data.ts';
import { hotfixPlanName } from '../../domain/release/plan.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { ReleasePolicy } from '../../domain/policy/release-policy.ts';
import { isOpen } from '../../domain/release/release.ts';
import { assertHasData, readMirrorData } from './mirror-stock.ts';
import { releaseIdOf, settle, type SettledRelease, type StartReleaseRequest } from './releasable.ts';
import type { ReleaseWorkflows } from './release-workflows.ts';
import { commitUnlessBusy } from './commit-release.ts';
import type { WorkflowStart } from './workflow-runs.ts';

export interface StartReleaseParts {
  readonly db: Pool;
  readonly workflows: ReleaseWorkflows;
}

const environment = 'production';
/** How long the workflow of a release that has ended may take to end as well. */
const handOverMs = 5_000;

/** The row that the same request has committed before. Throws `conflict` where that was another request. */
function sameRelease(
  begun: ReleaseRow,
  request: StartReleaseRequest,
  { revision, plan }: SettledRelease,
): ReleaseRow {
  // A published plan may have been published anew since; one of the request's own is what it is.
  const samePlan = request.plan === undefined || digestOf(plan) === begun.planDigest;
  if (begun.revision === revision.digest && begun.planName === request.planName && samePlan) return begun;
  throw new SluiceError('conflict', `This Idempotency-Key was used for another release: ${begun.id}.`, {
    remedy: 'Use a new key for a new release.',
    details: { releaseId: begun.id },
  });
}

/** A release counts as ended when its row is closed; one that has no row is nobody's we know. */
async function hasEnded(db: Pool, releaseId: string): Promise<boolean> {
  const release = await readRelease(db, releaseId);
  return release !== undefined && !isOpen(release.state);
}

/** Starts the workflow, waiting a moment for that of a release that has just ended. */
async function startWorkflow({ db, workflows }: StartReleaseParts, row: ReleaseRow): Promise<WorkflowStart> {
  const deadline = performance.now() + handOverMs;
  for (;;) {
    const started = await workflows.start(row);
    const over = performance.now() > deadline;
    if (started.kind === 'started' || over || !(await hasEnded(db, started.releaseId))) return started;
    await delay(100);
  }
}

/** The error for a start whose effect is unknown: the row is there, and the way on is the same request. */
function unknownStart(error: unknown, row: ReleaseRow, key: string | undefined): unknown {
  if (!(error instanceof SluiceError)) return error;
  const remedy =
    key === undefined
      ? `Watch it with \`sluice release status ${row.id}\`: it goes on, or is closed as failed within three minutes.`
      : 'Send the same request with the same Idempotency-Key again: it goes on with this release.';
  return new SluiceError(
    error.code,
    `Release ${row.id} is recorded, but not known to run. ${error.message}`,
    {
      remedy,
      details: { releaseId: row.id },
      cause: error,
    },
  );
}

const runsInTemporal = 'Another release of the app is running in Temporal';

function busyWith(other: string): SluiceError {
  return new SluiceError('busy', `${runsInTemporal}: ${other}.`, {
    remedy: 'Wait for its end, abort it, or look at it in the Temporal Web UI.',
    details: { releaseId: other },
  });
}

/** Throws `busy` while Temporal runs a release of the app that no row tells of: before anything is written. */
async function assertFree({ db, workflows }: StartReleaseParts, app: string): Promise<void> {
  const running = await workflows.running(app);
  if (running !== undefined && (await readRelease(db, running)) === undefined) throw busyWith(running);
}

async function refuseBusy(db: Pool, row: ReleaseRow, other: string): Promise<never> {
  await closeRelease(db, {
    releaseId: row.id,
    outcome: 'failed',
    reason: runsInTemporal,
    actor: 'system:api',
  });
  throw busyWith(other);
}

/** Which run it is, where it runs, and whether anybody waits to carry it on. */
async function noteStart(
  { db, workflows }: StartReleaseParts,
  releaseId: string,
  runId: string,
): Promise<void> {
  await setFirstRunId(db, { releaseId, runId });
  const queues = await workflows.queues();
  if (queues !== undefined) await noteWatch(db, { releaseId, workflow: 'running', ...queues });
}

/** Makes sure that the workflow of a committed row runs, or has run. */
async function launch(parts: StartReleaseParts, row: ReleaseRow, key: string | undefined): Promise<void> {
  if (row.firstRunId !== undefined) return;
  if (!isOpen(row.state)) {
    throw new SluiceError(
      'conflict',
      `Release ${row.id} never started and was closed: ${row.reason ?? row.state}.`,
      {
        remedy: 'Start it again with a new Idempotency-Key.',
        details: { releaseId: row.id },
      },
    );
  }
  try {
    const started = await startWorkflow(parts, row);
    if (started.kind === 'other') await refuseBusy(parts.db, row, started.releaseId);
    else await noteStart(parts, row.id, started.runId);
  } catch (error) {
    throw error instanceof SluiceError && error.code === 'busy' ? error : unknownStart(error, row, key);
  }
}

/**
 * What a start of this release would find, without one: whether it may be released, and whether its mirror has what it
 * needs. Throws as a start does, but for what is missing of data.
 */
export async function checkRelease(
  db: Pool,
  request: Omit<StartReleaseRequest, 'idempotencyKey'>,
): Promise<{
  readonly planName: string;
  readonly label: string;
  readonly digest: string;
  readonly mirror?: MirrorData;
}> {
  const settled = await settle(db, request);
  await requireAllowed(db, request, settled);
  const { app, plan, revision } = settled;
  const mirror = await readMirrorData(db, { app, environment, plan });
  const { label, digest } = revision;
  return { planName: request.planName, label, digest, ...(mirror === undefined ? {} : { mirror }) };
}

/** What may not be released is refused. Throws as `assertReleasable` and `holdToPolicy` do. */
async function requireAllowed(
  db: Pool,
  request: Pick<StartReleaseRequest, 'app' | 'retry' | 'reason' | 'role' | 'planName'>,
  { revision, plan, suites, skips }: SettledRelease,
): Promise<ReleasePolicy> {
  const { app, retry, reason, role, planName } = request;
  await assertReleasable(db, {
    ...{ app, environment, revision, retry, reason },
    skipsGates: skips.length > 0,
  });
  return holdToPolicy(db, {
    ...{ app, plan, suites, skips, revision: revision.content, requester: { role } },
    ...(planName === hotfixPlanName ? { hotfix: { reason } } : {}),
  });
}

/**
 * Commits the row of a release, then starts its workflow, and returns the release's id once both are durable.
 * The id follows from the idempotency key, so that a repeat after a lost answer goes on with the same row.
 * Throws `not_found`, `conflict`, `busy`, `policy_violated`, `lacks_data`, and `unreachable` where it is unknown whether the start took effect.
 */
export async function startRelease(parts: StartReleaseParts, request: StartReleaseRequest): Promise<string> {
  const { db, workflows } = parts;
  const id = releaseIdOf(request);
  const settled = await settle(db, request);
  const begun = id === undefined ? undefined : await readRelease(db, id);
  let row: ReleaseRow;
  if (begun === undefined) {
    const policy = await requireAllowed(db, request, settled);
    assertHasData(await readMirrorData(db, { app: settled.app, environment, plan: settled.plan }));
    // Nothing is written before Temporal has answered: an app is not made busy by a release that cannot start.
    const identity = await workflows.identity();
    await assertFree(parts, request.app);
    row = await commitUnlessBusy(parts, { id, environment, request, settled, policy });
    await noteTemporal(db, { releaseId: row.id, ...identity });
  } else {
    row = sameRelease(begun, request, settled);
  }
  await launch(parts, row, request.idempotencyKey);
  return row.id;
}
