import type { Pool } from 'pg';
import { closeRelease } from '../../config-store/releases/close-release.ts';
import { markCommandApplied } from '../../config-store/releases/commands/mark-command-applied.ts';
import {
  openRelease,
  type Opened,
  type ReleaseToOpen,
  type StartFromTemporal,
} from '../../config-store/releases/open-release.ts';
import { noteTemporal } from '../../config-store/releases/progress/note-temporal.ts';
import { readCommands } from '../../config-store/releases/commands/read-commands.ts';
import { rehearseWayBack } from '../../config-store/splits/rehearsal.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { recordStage } from '../../config-store/releases/progress/record-stage.ts';
import { requireGrounds } from '../../config-store/releases/require-grounds.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { unknownSources } from '../../domain/release/unknown-sources.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { isOpen, type Outcome } from '../../domain/release/release.ts';
import type { OpenedRelease, ReleaseActivities, ReleaseOutcome } from './contract.ts';
import type { MetricsSources } from '../looks/metrics/measure-metrics.ts';
import { courseOf } from '../looks/judging/course.ts';
import { requireJudgeable, requireJudged } from '../looks/judging/dry-run.ts';
import { withFailures } from '../looks/failures.ts';
import { keepProgress } from './keep-progress.ts';
import { progressOf } from './progress-of.ts';
import { releaseActor } from '../split/operation-ids.ts';
import { temporalActor } from '../temporal/temporal-actor.ts';
import type { TemporalView } from '../temporal/temporal-view.ts';
import { takeBackIfLost } from './lost-release.ts';

export interface ReleaseDependencies {
  readonly db: Pool;
  readonly temporal: TemporalView;
  /** Whether the search attributes are there; asked anew for each release. */
  readonly hasSearchAttributes: () => boolean;
  /** As whom a release counts that was started past the API. */
  readonly startFromTemporal: StartFromTemporal;
  /** Where metric stores are; without, a plan that asks one is refused. */
  readonly sources?: MetricsSources | undefined;
}

/** Opening and closing a release, and what is recorded on its way. */
export function createReleaseActivities(dependencies: ReleaseDependencies): ReleaseActivities {
  const { db } = dependencies;
  return withFailures<ReleaseActivities>({
    openRelease: (args) => open(dependencies, args),
    async enterStage({ releaseId, stage, splitVersion, kept }) {
      const release = await requireRelease(db, releaseId);
      await inTransaction(db, async (client) => {
        await setProgress(client, { releaseId, stage, progress: {} });
        await keepProgress(client, releaseId, kept);
      });
      const split = await readSplit(db, release);
      const mayEnter = split?.version === splitVersion && release.state !== 'rolling_back';
      return { kind: mayEnter ? 'entered' : 'superseded' };
    },
    async recordStage({ startedMs, override, kept, ...stage }) {
      const { releaseId, stage: name, outcome } = stage;
      await inTransaction(db, async (client) => {
        await requireGrounds(client, { releaseId, stage: name, outcome, actor: override?.actor });
        await recordStage(client, {
          ...stage,
          override: override && {
            ...override,
            guardrails: override.guardrails.map((each) => ({ ...each })),
          },
          startedAt: new Date(startedMs).toISOString(),
        });
        await keepProgress(client, releaseId, kept);
      });
    },
    keepProgress: ({ releaseId, kept }) => keepProgress(db, releaseId, kept),
    requestCancel: (run) => dependencies.temporal.cancel(run),
    closeRelease: (args) => close(db, args),
  });
}

async function open(
  { db, temporal, hasSearchAttributes, startFromTemporal, sources }: ReleaseDependencies,
  args: Parameters<ReleaseActivities['openRelease']>[0],
): Promise<OpenedRelease> {
  const { firstRunId: runId, workflowId, runId: presentRunId, continuedRunId, carried, ...wanted } = args;
  const actor = temporalActor(
    args.releaseId === undefined ? await temporal.startedBy({ workflowId, runId }) : undefined,
  );
  const { release, splitVersion } = await openUnlessBusy(db, temporal, {
    ...{ ...wanted, runId, actor, startFromTemporal },
  });
  await noteTemporal(db, { releaseId: release.id, ...(await temporal.identity()) });
  await rehearseWayBack(db, release);
  const progress =
    presentRunId === undefined
      ? undefined
      : await progressOf(db, release, { runId: presentRunId, continuedRunId, carried });
  return {
    releaseId: release.id,
    app: release.app,
    environment: release.environment,
    label: release.label,
    revision: release.revision,
    stable: release.stable,
    planName: release.planName,
    course: progress?.course ?? courseOf(judgeable(release, args, sources)),
    splitVersion,
    actor: release.actor,
    ...(progress === undefined ? {} : { progress }),
    searchAttributes: hasSearchAttributes(),
  };
}

/**
 * The plan, once the judge has been run dry on it: nothing is served by one that cannot be judged. One that the API has
 * accepted may be older than today's bounds; one that was started by hand is new.
 */
function judgeable(
  { plan, planName, environment }: ReleaseRow,
  { releaseId }: Parameters<ReleaseActivities['openRelease']>[0],
  sources: MetricsSources | undefined,
): Plan {
  if (releaseId === undefined) requireJudgeable(plan, planName);
  else requireJudged(plan, planName);
  const known = [...(sources?.(environment).keys() ?? [])];
  const unknown = unknownSources(plan, { environment, known });
  if (unknown === undefined) return plan;
  throw new SluiceError('invalid_request', `The plan ${planName} cannot be measured. ${unknown}`, {
    remedy: 'Name one that there is as `source`, or have the operator add it and start the workers again.',
  });
}

/** An older open release of the app whose run is gone must not block this one until the reconciler comes by. */
async function openUnlessBusy(db: Pool, temporal: TemporalView, wanted: ReleaseToOpen): Promise<Opened> {
  try {
    return await openRelease(db, wanted);
  } catch (error) {
    if (!(error instanceof SluiceError && error.code === 'busy')) throw error;
    const { releaseId } = error.details;
    const older = typeof releaseId === 'string' ? await requireRelease(db, releaseId) : undefined;
    if (
      older !== undefined &&
      (await takeBackIfLost({ db, temporal, actor: releaseActor }, older)) === 'alive'
    ) {
      throw error;
    }
    return openRelease(db, wanted);
  }
}

async function close(
  db: Pool,
  { releaseId, app, ...end }: { readonly releaseId: string; readonly app: string } & ReleaseOutcome,
): Promise<ReleaseOutcome> {
  const release = await requireRelease(db, releaseId);
  if (release.app !== app) {
    throw new SluiceError('invalid_request', `Release ${releaseId} is one of ${release.app}, not of ${app}.`);
  }
  requireNotReplaced(release);
  const closed = isOpen(release.state) ? await closeOpen(db, release, end) : release;
  for (const { id, kind } of await readCommands(db, { releaseId })) {
    await markCommandApplied(db, { id, result: kind === 'abort' ? 'aborted' : `too late: ${closed.state}` });
  }
  return { outcome: closed.state as Outcome, reason: closed.reason ?? end.reason };
}

/**
 * What the run that is being replaced takes for the end may be that its children were ended: the fresh run decides. One
 * that has not opened the release may still close it, for no other would.
 */
function requireNotReplaced({ id, state, restarting }: ReleaseRow): void {
  if (!restarting || !isOpen(state) || state === 'starting') return;
  throw new SluiceError('unreachable', `Release ${id} cannot be closed now: its workflow is being replaced.`);
}

async function closeOpen(
  db: Pool,
  release: ReleaseRow,
  { outcome, reason, guardrail }: ReleaseOutcome,
): Promise<ReleaseRow> {
  const { id: releaseId, state } = release;
  if (outcome === 'promoted') {
    // Not to be tried again: the run has been told what is not so, and without it the release is taken back.
    throw new SluiceError(
      'conflict',
      `Release ${releaseId} cannot end as promoted: its candidate is not stable.`,
    );
  }
  // Whoever began a rollback said why; that is what ended the release.
  const decidedElsewhere = state === 'rolling_back' && release.ending !== outcome;
  return closeRelease(db, {
    releaseId,
    outcome,
    reason: (decidedElsewhere ? release.reason : undefined) ?? reason,
    actor: releaseActor,
    details: guardrail === undefined ? {} : { guardrail },
  });
}
