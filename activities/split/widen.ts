import type { Pool } from 'pg';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import { promoteCandidate } from '../../config-store/splits/promote-candidate.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import type { SplitWriteResult } from '../../config-store/splits/split-row.ts';
import { writeSplit } from '../../config-store/splits/write-split.ts';
import { apply, type ProgressEvent } from '../../domain/release/progress.ts';
import type { RaiseResult, SplitActivities } from './contract.ts';
import { countingOf } from '../looks/counting.ts';
import { heldBack } from '../release/held-back.ts';
import type { ProgressToKeep } from '../release/contract.ts';
import { keepProgress } from '../release/keep-progress.ts';
import { promotionOperation, releaseActor, stepOperation } from './operation-ids.ts';

/** Writes the weight of a step into the split, with the state that follows from it, in one transaction. */
export async function writeStep(
  db: Pool,
  args: Parameters<SplitActivities['writeStep']>[0],
): Promise<RaiseResult> {
  const { releaseId, stage, weight, expectedVersion, leaseMs, again, kept, atMs } = args;
  const release = await requireRelease(db, releaseId);
  const { app, environment, revision } = release;
  const operationId = stepOperation(releaseId, stage, again);
  const waiting = await heldBack(db, release, { stage, operationId, weight });
  if (waiting !== undefined) return waiting;
  const split = {
    app,
    environment,
    releaseId,
    expectedVersion,
    weight,
    actor: releaseActor,
    operationId,
    candidate: revision,
    salt: releaseId,
    counting: await countingOf(db, release),
    ttlMs: leaseMs,
    reason: `${stage} of ${release.label}`,
  };
  return inTransaction(db, async (client) => {
    const result = raiseResult(await writeSplit(client, split));
    if (kept === undefined || result.kind !== 'written') return result;
    const { version } = result;
    await keepProgress(client, releaseId, onceRaised(kept, { version, weight, atMs: atMs ?? Date.now() }));
    return result;
  });
}

/** The state that a release is in by the write of its step. */
export function onceRaised(
  kept: ProgressToKeep,
  raised: Pick<Extract<ProgressEvent, { readonly kind: 'raised' }>, 'version' | 'weight' | 'atMs'>,
): ProgressToKeep {
  return { ...kept, progress: apply(kept.progress, { kind: 'raised', ...raised }) };
}

/** Makes the candidate stable where nothing holds that back, and says which stages it did not pass by itself. */
export async function promote(
  db: Pool,
  { releaseId, expectedVersion }: Parameters<SplitActivities['promoteCandidate']>[0],
): Promise<RaiseResult> {
  const release = await requireRelease(db, releaseId);
  const { label } = release;
  const operationId = promotionOperation(releaseId);
  const waiting = await heldBack(db, release, { stage: 'finish', operationId });
  if (waiting !== undefined) return waiting;
  const overridden = (await listStages(db, releaseId)).filter(({ outcome }) => outcome === 'override');
  const reason =
    overridden.length === 0
      ? `${label} passed every stage`
      : `${label} went through every stage, ${overridden.map(({ stage }) => stage).join(', ')} by override`;
  return raiseResult(
    await promoteCandidate(db, { releaseId, operationId, expectedVersion, actor: releaseActor, reason }),
  );
}

function raiseResult(result: SplitWriteResult): RaiseResult {
  return result.kind === 'repeated' ? { kind: 'written', version: result.version } : result;
}
