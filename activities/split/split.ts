import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { listClients } from '../../config-store/gateways/list-clients.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { awaitedAcks } from './ack-state.ts';
import type { SplitActivities } from './contract.ts';
import { notYet, withFailures } from '../looks/failures.ts';
import { promote, writeStep } from './widen.ts';
import { withdraw } from './withdraw.ts';

export interface SplitDependencies {
  readonly db: Pool;
  /** How long this activity has been asking, over all its attempts; by Temporal's clock where it is left out. */
  readonly askedForMs?: () => number;
}

/** Everything that a release writes into the split, and what it waits for afterwards. */
export function createSplitActivities({
  db,
  askedForMs = sinceScheduled,
}: SplitDependencies): SplitActivities {
  return withFailures<SplitActivities>({
    writeStep: (args) => writeStep(db, args),

    async awaitAcks({ releaseId, version }) {
      const { app, environment } = await requireRelease(db, releaseId);
      const split = await readSplit(db, { app, environment });
      if (split?.version !== version) return { kind: 'superseded', version: split?.version ?? 0 };
      const [gateways, clients] = await Promise.all([
        listGateways(db, { environment }),
        listClients(db, { app, environment }),
      ]);
      return awaitedAcks([...gateways, ...clients], { app, version, askedForMs: askedForMs() });
    },

    promoteCandidate: (args) => promote(db, args),

    withdrawCandidate: (args) => withdraw(db, args),

    async awaitWithdrawn(args) {
      const { confirmed, waitingFor, silent } = await confirmRollback(db, args);
      if (!confirmed)
        throw notYet(`${[...waitingFor, ...silent].join(', ')} to serve version ${args.version}`);
    },
  });
}

function sinceScheduled(): number {
  const { currentAttemptScheduledTimestampMs, scheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
}
