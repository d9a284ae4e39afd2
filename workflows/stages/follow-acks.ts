import { ActivityFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { AckResult } from '../../activities/split/contract.ts';
import { acks } from '../activities.ts';
import { show } from '../visibility.ts';
import { sentenceOf } from '../sentence-of.ts';
import type { Measured } from './measured.ts';

const retryMs = 2_000;

/** Runs `body` while the gateways' acks of the step's version are followed: judging does not wait for them. */
export async function withAcks<T>(measured: Measured, version: number, body: () => Promise<T>): Promise<T> {
  if (measured.state.acked) return body();
  const scope = new CancellationScope();
  const following = scope.run(() => followAcks(measured, version));
  // With the step over, its acks are of no interest; what else goes wrong holds the step and is shown.
  following.catch((error: unknown) => {
    if (!isCancellation(error)) wait(measured, String(error));
  });
  try {
    return await body();
  } finally {
    scope.cancel();
  }
}

async function followAcks(measured: Measured, version: number): Promise<void> {
  const { releaseId } = measured.context.opened;
  while (!measured.state.acked && measured.state.ended === undefined) {
    try {
      noteAcks(
        measured,
        await acks.awaitAcks.executeWithOptions({ summary: `Acks of version ${version}` }, [
          { releaseId, version },
        ]),
      );
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      wait(measured, sentenceOf(error));
      await sleep(retryMs, { summary: 'No gateway to ask' });
    }
  }
}

function noteAcks(measured: Measured, result: AckResult): void {
  const { state, context } = measured;
  switch (result.kind) {
    case 'acked':
      state.acked = true;
      state.waitingFor = undefined;
      break;
    case 'superseded':
      state.ended = { outcome: 'superseded', reason: `the split moved to version ${result.version}` };
      break;
    case 'refused':
      state.ended = {
        outcome: 'rolled_back',
        reason: `gateway ${result.gateway} refuses the candidate: ${result.reason}`,
      };
      break;
    case 'waiting':
      wait(measured, `gateways that do not serve the step yet: ${result.missing.join(', ')}`);
      return;
  }
  context.changes += 1;
  show(context);
}

function wait({ state, context }: Measured, what: string): void {
  state.waitingFor = what;
  context.changes += 1;
  show(context);
}
