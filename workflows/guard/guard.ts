import { ActivityFailure, continueAsNew, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { GuardWatch } from '../../activities/guard/contract.ts';
import type { BatchResult } from '../../activities/looks/contract.ts';
import type { GuardOutcome } from '../../domain/release/guard.ts';
import { batches, store } from '../activities.ts';
import { requireInput } from '../gates/require-input.ts';
import { sentenceOf } from '../release/sentence-of.ts';

/** What the workflow of a guard is started with. */
export interface GuardStart {
  readonly releaseId: string;
}

/** A worker that died, or could not be reached: tried again at this rate. */
const lostMs = 2_000;

/**
 * Watches a revision that has become stable beside the part of the subjects that is held back on the former one, and
 * takes it back by the same evidence as a step would. Carries nothing over: where it is stands in the guard's rows.
 */
export async function guard(given?: GuardStart | null): Promise<GuardOutcome | 'ended'> {
  const { releaseId } = requireInput(given, 'the id of a release that was promoted: {"releaseId": …}');
  let blind = false;
  for (;;) {
    const watch = await store.watchGuard({ releaseId });
    if (watch.kind === 'ended') return watch.outcome ?? 'ended';
    const result = await lookOn(watch, blind);
    blind = result === undefined ? blind : result.ended === 'blind' || (blind && result.last === undefined);
    const { last } = result ?? {};
    if (last?.verdict === 'fail') {
      const { splitVersion } = watch.batch;
      // The batch has done it, if it could.
      await store.takeBackGuarded.executeWithOptions({ summary: last.reason }, [
        { releaseId, splitVersion, reason: last.reason },
      ]);
    } else {
      await store.closeGuard({ releaseId });
    }
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof guard>({ releaseId });
  }
}

async function lookOn(
  { label, batch }: Extract<GuardWatch, { readonly kind: 'open' }>,
  blind: boolean,
): Promise<BatchResult | undefined> {
  const { weight, look, heldMs, holdMs } = batch;
  const held = `${Math.round(heldMs / 1000)} of ${Math.round(holdMs / 1000)} s`;
  setCurrentDetails(`- ${label} is stable, ${100 - weight} % stay on the former revision\n- held ${held}`);
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  try {
    return await batches.takeLooks.executeWithOptions({ summary: `Looks of the guard from ${look}` }, [
      { ...batch, firstRunId, blind },
    ]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await sleep(lostMs, { summary: sentenceOf(error) });
    return undefined;
  }
}
