import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ReleaseOutcome } from '../../activities/release/contract.ts';
import { outcomes } from '../../domain/release/release.ts';
import { statusQuery } from '../messages.ts';
import type { ReleaseHandle } from './release-runner.ts';

/** How a release ended, by how its run did; a cancelled one is asked. Throws what else it failed with. */
export async function endOf(handle: ReleaseHandle): Promise<ReleaseOutcome> {
  try {
    return await handle.result();
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    if (cause instanceof CancelledFailure) {
      const { outcome = 'failed', reason = '' } = await handle.query(statusQuery);
      return { outcome, reason };
    }
    if (!(cause instanceof ApplicationFailure)) throw error;
    const end: unknown = cause.details?.[0];
    if (isEnd(end) && end.outcome === cause.type) return end;
    throw error;
  }
}

function isEnd(end: unknown): end is ReleaseOutcome {
  return (
    typeof end === 'object' &&
    end !== null &&
    'outcome' in end &&
    outcomes.some((each) => each === end.outcome)
  );
}
