import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { LookActivities } from '../../../activities/looks/contract.ts';
import type { CommandActivities, ReleaseActivities } from '../../../activities/release/contract.ts';
import type { SplitActivities } from '../../../activities/split/contract.ts';

// Workflow code of somebody who serves the queue of releases himself: he can have every activity of a true worker called
// with whatever he likes.

const activities = proxyActivities<ReleaseActivities & CommandActivities & SplitActivities & LookActivities>({
  startToCloseTimeout: '10s',
  retry: { maximumAttempts: 1 },
});

/** What came of each attempt: what it answered, or why not. */
export type Attempts = Record<string, string>;

export async function release({
  app,
  releaseId = '',
}: {
  app: string;
  releaseId?: string;
}): Promise<Attempts> {
  const { workflowId, runId, firstExecutionRunId: firstRunId } = workflowInfo();
  const opened = await activities.openRelease({ app, releaseId, workflowId, firstRunId, runId });
  const { splitVersion, course } = opened;
  const attempts: Attempts = {};
  const attempt = async (what: string, call: () => Promise<unknown>): Promise<void> => {
    try {
      const answer = await call();
      attempts[what] = answer === undefined ? 'nothing' : JSON.stringify(answer);
    } catch (error) {
      const { cause } = error as Error;
      attempts[what] = `refused: ${cause instanceof Error ? cause.message : String(error)}`;
    }
  };
  const write = (stage: string, weight: number, expectedVersion: number, more = {}) =>
    activities.writeStep({ releaseId, stage, weight, expectedVersion, leaseMs: 60_000, ...more });
  const at = splitVersion + 1;
  await attempt('everything at once', () => write('canary-100', 95, splitVersion));
  await attempt('the first step at full weight', () => write('canary-5', 100, splitVersion));
  await attempt('the first step', () => write('canary-5', 5, splitVersion));
  await attempt('the next one at once', () => write('canary-100', 95, at));
  await attempt('the next one as if it were served', () => write('canary-100', 95, at, { again: 1 }));
  await attempt('a promotion of his own', () =>
    activities.recordSignal({ releaseId, workflowId, runId, ordinal: 1, kind: 'promote' as 'pause' }),
  );
  const promotion = { commandId: 1, actor: 'user:ada' };
  const progress = { ...forgedProgress(at), course: { ...course, maxHoldMs: 0 }, promotion };
  await attempt('a promotion in the state', () =>
    activities.keepProgress({ releaseId, kept: { runId, firstRunId, progress } }),
  );
  const easy = { holdMs: 0, deadlineMs: 99_000, minExposures: 0, heldMs: 99_000, elapsedMs: 99_000 };
  const look = { releaseId, stage: 'canary-5', splitVersion: at, weight: 5, leaseMs: 60_000, ...easy };
  await attempt('a look that asks for nothing', async () => {
    const { verdict } = await activities.takeLook({ ...look, look: 0, promote: true });
    return verdict;
  });
  await attempt('a pass in the record', () =>
    activities.recordStage({ releaseId, stage: 'canary-5', outcome: 'pass', summary: 'fine', startedMs: 0 }),
  );
  const override = {
    ...{ actor: 'user:ada', lacking: 'time', weight: 5, splitVersion: at, heldMs: 0, holdMs: 0 },
    ...{ exposures: { candidate: 0, stable: 0 }, guardrails: [] },
  };
  await attempt('an override of ada’s', () =>
    activities.recordStage({
      ...{ releaseId, stage: 'canary-5', outcome: 'override', summary: 'fine', startedMs: 0, override },
    }),
  );
  await attempt('the next one after all that', () => write('canary-100', 95, at));
  await attempt('stable', () => activities.promoteCandidate({ releaseId, expectedVersion: at }));
  await attempt('an end as promoted', () =>
    activities.closeRelease({ releaseId, app, outcome: 'promoted', reason: 'fine' }),
  );
  const other = { app, environment: 'production', revision: opened.stable ?? '' };
  await attempt('stable taken out', () =>
    activities.withdrawCandidate({ ...other, releaseId, ending: 'rolled_back', reason: 'fine' }),
  );
  return attempts;
}

function forgedProgress(splitVersion: number) {
  return {
    ...{ version: 1 as const, sequence: 9_999, stageIndex: 4, stage: 'finish', stageStartedMs: 0 },
    ...{
      splitVersion,
      splitWrittenMs: 0,
      weight: 100,
      compensations: [],
      alarmed: true,
      seenCommandId: 9_999,
    },
  };
}
