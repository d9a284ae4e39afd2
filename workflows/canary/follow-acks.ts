import { ActivityFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { AckResult } from '../../activities/split/contract.ts';
import { acks } from '../activities.ts';
import type { ReleaseRun } from '../release/release-run.ts';
import { sentenceOf } from '../release/sentence-of.ts';
import { show } from '../release/visibility.ts';

const retryMs = 2_000;

/** Runs `body` while the gateways' acks of the step's version are followed: judging does not wait for them. */
export async function withAcks<T>(run: ReleaseRun, version: number, body: () => Promise<T>): Promise<T> {
  if (run.stepRun.acked) return body();
  const scope = new CancellationScope();
  const following = scope.run(() => followAcks(run, version));
  // With the step over, its acks are of no interest; what else goes wrong holds the step and is shown.
  following.catch((error: unknown) => {
    if (!isCancellation(error)) wait(run, String(error));
  });
  try {
    return await body();
  } finally {
    scope.cancel();
  }
}

async function followAcks(run: ReleaseRun, version: number): Promise<void> {
  const { releaseId } = run.opened;
  while (run.progress.step?.acked === false && run.stepEnd === undefined) {
    try {
      const summary = `Acks of version ${version}`;
      noteAcks(run, await acks.awaitAcks.executeWithOptions({ summary }, [{ releaseId, version }]));
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      wait(run, sentenceOf(error));
      await sleep(retryMs, { summary: 'No gateway to ask' });
    }
  }
}

function noteAcks(run: ReleaseRun, result: AckResult): void {
  switch (result.kind) {
    case 'acked':
      run.changeStep({ acked: true, waitingFor: undefined });
      break;
    case 'superseded':
      run.stepEnd = { outcome: 'superseded', reason: `the split moved to version ${result.version}` };
      break;
    case 'refused':
      run.stepEnd = {
        outcome: 'rolled_back',
        reason: `gateway ${result.gateway} refuses the candidate: ${result.reason}`,
      };
      break;
    case 'waiting':
      wait(run, `gateways that do not serve the step yet: ${result.missing.join(', ')}`);
      return;
  }
  run.changes += 1;
  show(run);
}

function wait(run: ReleaseRun, waitingFor: string): void {
  run.changeStep({ waitingFor });
  run.changes += 1;
  show(run);
}
