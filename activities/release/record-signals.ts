import type { Pool } from 'pg';
import { recordCommand } from '../../config-store/releases/commands/record-command.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { PlainSignal } from './contract.ts';
import { temporalActor } from '../temporal/temporal-actor.ts';
import type { TemporalView } from '../temporal/temporal-view.ts';

interface Parts {
  readonly db: Pool;
  readonly temporal: TemporalView;
}

/** A plain signal to a run, or its cancellation: the n-th of its kind. */
export interface PlainMessage {
  readonly releaseId: string;
  readonly kind: PlainSignal | 'cancel';
  /** 1 for the first of its kind in the run. */
  readonly ordinal: number;
  readonly workflowId: string;
  readonly runId: string;
}

/** A workflow is whoever serves its queue: of all that it can say, this much counts. */
const plainKinds: readonly PlainMessage['kind'][] = ['pause', 'resume', 'abort', 'cancel'];

/** Records a plain signal as the command that it means, once; one that comes too late changes nothing. */
export async function recordSignal(
  { db, temporal }: Parts,
  { releaseId, ...message }: PlainMessage,
): Promise<void> {
  const { kind, runId, ordinal } = message;
  if (!plainKinds.includes(kind)) throw new SluiceError('invalid_request', `Temporal gives no ${kind}.`);
  const actor = temporalActor(await temporal.sentBy(message));
  await unlessTooLate(
    recordCommand(db, {
      releaseId,
      kind: kind === 'cancel' ? 'abort' : kind,
      actor,
      reason: kind === 'cancel' ? 'the workflow was cancelled' : `Temporal signal ${kind}`,
      idempotencyKey: `temporal/${runId}/${kind}/${ordinal}`,
    }),
  );
}

/** Records all that was sent to a run: for one that has not read it, and never will. */
export async function recordSignals(
  parts: Parts,
  releaseId: string,
  run: { readonly workflowId: string; readonly runId: string },
): Promise<void> {
  const { workflowId, runId } = run;
  for (const message of await parts.temporal.messagesTo({ workflowId, runId })) {
    await recordSignal(parts, { releaseId, workflowId, runId, ...message });
  }
}

/** A decision about a release that has ended, or is being taken back already, changes nothing. */
export async function unlessTooLate(recorded: Promise<unknown>): Promise<void> {
  try {
    await recorded;
  } catch (error) {
    if (!(error instanceof SluiceError && error.code === 'conflict')) throw error;
  }
}
