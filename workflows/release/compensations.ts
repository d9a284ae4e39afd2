import { ActivityFailure, patched } from '@temporalio/workflow';
import type { ReleaseOutcome } from '../../activities/release/contract.ts';
import type { Compensation } from '../../domain/release/progress.ts';
import type { Ending } from '../../domain/release/release.ts';
import { store, withdrawal } from '../activities.ts';
import type { ReleaseRun } from './release-run.ts';

/** Registered before the first write of production, so that no write is without its undoing. */
export function registerWithdrawal(run: ReleaseRun): void {
  if (run.isInProduction) return; // One undoes all steps.
  const { app, environment, releaseId, revision } = run.opened;
  const compensation = {
    name: 'withdrawCandidate' as const,
    args: { app, environment, releaseId, revision },
  };
  run.transition({ kind: 'compensable', compensation });
}

/** Undoes what has been done, newest first; repeated until it is done, because the candidate is on the traffic. */
export async function compensate(run: ReleaseRun, end: ReleaseOutcome): Promise<void> {
  const { compensations } = run.progress;
  if (compensations.length === 0) return;
  for (const compensation of [...compensations].reverse()) await undo(compensation, end);
  run.transition({ kind: 'withdrawn' });
}

async function undo({ args }: Compensation, { outcome, reason, condemns }: ReleaseOutcome): Promise<void> {
  const { app, environment } = args;
  const { version } = await store.withdrawCandidate.executeWithOptions({ summary: 'Candidate taken out' }, [
    { ...args, ending: endingOf(outcome), reason, ...(condemns === undefined ? {} : { condemns }) },
  ]);
  // Committed is done. That every gateway has heard of it is for status to say: it must not hold the app's next release,
  // least of all where a dead gateway is waited for until the lease ends.
  if (patched('confirmation-holds-nothing')) return;
  try {
    await withdrawal.awaitWithdrawn.executeWithOptions({ summary: `Gateways serve version ${version}` }, [
      { app, environment, version },
    ]);
  } catch (error) {
    // A gateway that says nothing falls back when its lease runs out.
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

function endingOf(outcome: ReleaseOutcome['outcome']): Ending {
  switch (outcome) {
    case 'rolled_back':
    case 'aborted':
    case 'superseded':
      return outcome;
    case 'promoted':
    case 'blocked':
    case 'inconclusive':
    case 'failed':
      return 'failed';
  }
}
