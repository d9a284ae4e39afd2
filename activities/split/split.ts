import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { listStages } from '../../config-store/releases/progress/list-stages.ts';
import { promoteCandidate } from '../../config-store/splits/promote-candidate.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import type { SplitWriteResult } from '../../config-store/splits/split-row.ts';
import { writeSplit } from '../../config-store/splits/write-split.ts';
import { SluiceError } from '../../domain/errors.ts';
import { isOpen } from '../../domain/release/release.ts';
import { apply } from '../../domain/release/progress.ts';
import { ackState } from './ack-state.ts';
import type { RaiseResult, SplitActivities } from './contract.ts';
import { countingOf } from '../looks/counting.ts';
import { notYet, withFailures } from '../looks/failures.ts';
import { heldBack } from '../release/held-back.ts';
import { keepProgress } from '../release/keep-progress.ts';
import { stepOperation, withdrawal } from './operation-ids.ts';

const actor = 'system:release';
const ackTimeoutMs = 30_000;

export interface SplitDependencies {
  db: Pool;
  /** How long this activity has been asking, over all its attempts; by Temporal's clock where it is left out. */
  askedForMs?: () => number;
}

/** Everything that a release writes into the split, and what it waits for afterwards. */
export function createSplitActivities({
  db,
  askedForMs = sinceScheduled,
}: SplitDependencies): SplitActivities {
  return withFailures<SplitActivities>({
    async writeStep({ releaseId, stage, weight, expectedVersion, leaseMs, again, kept, atMs }) {
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
        actor,
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
        const raised = { kind: 'raised' as const, version: result.version, weight, atMs: atMs ?? Date.now() };
        await keepProgress(client, releaseId, { ...kept, progress: apply(kept.progress, raised) });
        return result;
      });
    },

    async awaitAcks({ releaseId, version }) {
      const { app, environment } = await requireRelease(db, releaseId);
      const split = await readSplit(db, { app, environment });
      if (split?.version !== version) return { kind: 'superseded', version: split?.version ?? 0 };
      const state = ackState(await listGateways(db, { environment }), app, version);
      if (state.kind !== 'waiting') return state;
      if (askedForMs() < ackTimeoutMs)
        throw notYet(`${state.missing.join(', ')} to serve version ${version}`);
      return state;
    },

    async promoteCandidate({ releaseId, expectedVersion }) {
      const release = await requireRelease(db, releaseId);
      const { label } = release;
      const operationId = `${releaseId}/finish`;
      const waiting = await heldBack(db, release, { stage: 'finish', operationId });
      if (waiting !== undefined) return waiting;
      const overridden = (await listStages(db, releaseId)).filter(({ outcome }) => outcome === 'override');
      const reason =
        overridden.length === 0
          ? `${label} passed every stage`
          : `${label} went through every stage, ${overridden.map(({ stage }) => stage).join(', ')} by override`;
      return raiseResult(
        await promoteCandidate(db, { releaseId, operationId, expectedVersion, actor, reason }),
      );
    },

    async withdrawCandidate({ releaseId, ending, reason, condemns }) {
      // What is taken out is the release's own, whatever a message names.
      const release = await requireRelease(db, releaseId);
      const { app, environment, revision } = release;
      const split = await readSplit(db, { app, environment });
      if (split === undefined)
        throw new SluiceError('not_active', `${app} serves nothing in ${environment}.`);
      // Nothing of it can come back: its end is past undoing, and another's rollback has fenced off every raise.
      const undone =
        !isOpen(release.state) || (split.candidate !== revision && release.state === 'rolling_back');
      if (undone) return { version: split.version };
      const operationId = withdrawal(releaseId);
      const { version } = await rollback(db, {
        app,
        environment,
        takeOut: revision,
        operationId,
        actor,
        reason,
        ending,
        condemns,
      });
      return { version };
    },

    async awaitWithdrawn(args) {
      const { confirmed, waitingFor, silent } = await confirmRollback(db, args);
      if (!confirmed)
        throw notYet(`${[...waitingFor, ...silent].join(', ')} to serve version ${args.version}`);
    },
  });
}

function raiseResult(result: SplitWriteResult): RaiseResult {
  return result.kind === 'repeated' ? { kind: 'written', version: result.version } : result;
}

function sinceScheduled(): number {
  const { currentAttemptScheduledTimestampMs, scheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
}
