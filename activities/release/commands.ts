import type { Pool } from 'pg';
import { endPause } from '../../config-store/releases/commands/end-pause.ts';
import { markCommandApplied } from '../../config-store/releases/commands/mark-command-applied.ts';
import { readCommands } from '../../config-store/releases/commands/read-commands.ts';
import { recordCommand } from '../../config-store/releases/commands/record-command.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { inTransaction } from '../../config-store/postgres/transaction.ts';
import type { CommandRow } from '../../config-store/releases/release-row.ts';
import type { ReleaseCommand } from '../../domain/release/progress.ts';
import type { CommandActivities } from './contract.ts';
import { withFailures } from '../looks/failures.ts';
import { keepProgress } from './keep-progress.ts';
import { releaseActor } from '../split/operation-ids.ts';
import { recordSignal, unlessTooLate } from './record-signals.ts';
import type { TemporalView } from '../temporal/temporal-view.ts';

/** What people decide about a release, in the database: the one place where it counts. */
export function createCommandActivities({
  db,
  temporal,
}: {
  readonly db: Pool;
  readonly temporal: TemporalView;
}): CommandActivities {
  return withFailures<CommandActivities>({
    recordSignal: (message) => recordSignal({ db, temporal }, message),
    async recordPause({ releaseId, key, reason }) {
      await unlessTooLate(
        recordCommand(db, { releaseId, kind: 'pause', actor: releaseActor, reason, idempotencyKey: key }),
      );
    },
    async endPause(args) {
      await endPause(db, args);
    },
    async readCommands({ releaseId }) {
      const commands = (await readCommands(db, { releaseId })).map(toCommand);
      const { state, reason } = await requireRelease(db, releaseId);
      return { commands, ...(state === 'rolling_back' ? { rollingBack: reason ?? 'rolled back' } : {}) };
    },
    markCommandApplied: ({ releaseId, kept, ...mark }) =>
      inTransaction(db, async (client) => {
        await markCommandApplied(client, mark);
        if (releaseId !== undefined) await keepProgress(client, releaseId, kept);
      }),
  });
}

function toCommand(row: CommandRow): ReleaseCommand {
  const { id, kind, actor, reason, expectedStage, expectedVersion, resume } = row;
  return {
    id,
    kind,
    actor,
    resume,
    ...(reason === undefined ? {} : { reason }),
    ...(expectedStage === undefined ? {} : { stage: expectedStage }),
    ...(expectedVersion === undefined ? {} : { splitVersion: expectedVersion }),
  };
}
