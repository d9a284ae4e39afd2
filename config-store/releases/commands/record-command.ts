import type { CommandKind } from '../../../domain/release/release.ts';
import { commandColumns } from './command-columns.ts';
import { queryOne, type Db } from '../../postgres/db.ts';
import type { CommandRow } from '../release-row.ts';

export interface CommandToRecord {
  readonly releaseId: string;
  readonly kind: CommandKind;
  readonly actor: string;
  readonly reason?: string | undefined;
  /** The same key again returns what the first one recorded (invariant 18). */
  readonly idempotencyKey: string;
  /** What the person saw; where it has moved on, the decision is refused. */
  readonly expectedStage?: string | undefined;
  readonly expectedVersion?: number | undefined;
  /** The candidate's share in percent. */
  readonly expectedWeight?: number | undefined;
  /** Of a promotion: it also ends a pause; without it a paused release is not promoted. */
  readonly resume?: boolean | undefined;
}

export interface RecordedCommand {
  readonly command: CommandRow;
  readonly repeated: boolean;
  /** The candidate's share in percent that holds now. */
  readonly weight: number;
  /** That of its audience, while nobody else has it. */
  readonly audience?: number;
}

/**
 * Records what a person decided about a release, in one transaction with what must not wait for its workflow: an
 * abort takes the candidate out, a pause lets no further raise commit (invariant 5). Throws `not_found`, and
 * `conflict` where the release has ended or is not where the person saw it, and for a promotion where no step is
 * served or the release is paused.
 */
export async function recordCommand(db: Db, command: CommandToRecord): Promise<RecordedCommand> {
  const { result } = await queryOne<{
    readonly result: {
      readonly repeated: boolean;
      readonly commandId: number;
      readonly weight: number;
      readonly audience: number | null;
    };
  }>(db, 'select record_command($1, $2, $3, $4, $5, $6, $7, $8, $9) as result', [
    command.releaseId,
    command.kind,
    command.actor,
    command.reason,
    command.idempotencyKey,
    command.expectedStage,
    command.expectedVersion,
    command.expectedWeight,
    command.resume ?? false,
  ]);
  const { repeated, commandId, weight, audience } = result;
  const row = await queryOne<CommandRow>(db, `select ${commandColumns} from command where id = $1`, [
    commandId,
  ]);
  return { command: row, repeated, weight, ...(audience === null ? {} : { audience }) };
}
