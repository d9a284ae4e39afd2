import { randomUUID } from 'node:crypto';
import type { CommandResult } from '../../../api/schemas/releases.ts';
import type { CommandKind } from '../../../domain/release/release.ts';
import { done, type CommandOutcome } from '../../output/outcome.ts';
import { shareText } from '../../output/text/share-text.ts';
import { stateText } from '../../output/style.ts';
import type { Command, CommandContext } from '../context.ts';

/** `promote` has a command of its own, which shows and sends what it is about. */
export type PlainCommandKind = Exclude<CommandKind, 'promote'>;

export interface ReleaseCommandOptions {
  readonly id: string;
  readonly reason?: string;
  readonly expectedStage?: string;
  /** Of an abort: close the release here and now, whatever became of its workflow. */
  readonly force?: boolean;
  readonly idempotencyKey?: string;
}

/** `sluice release pause|resume|abort`: records what a person decides. */
export function releaseCommand(kind: PlainCommandKind): Command<ReleaseCommandOptions> {
  return async (context, options) => {
    const { id, reason, expectedStage, force, idempotencyKey } = options;
    const body = {
      ...(reason === undefined ? {} : { reason }),
      ...(expectedStage === undefined ? {} : { expectedStage }),
      ...(force === true ? { force } : {}),
    };
    return decide(context, kind, { id, body, idempotencyKey });
  };
}

/** Sends a decision about a release, and says what was recorded. */
export async function decide(
  context: CommandContext,
  kind: CommandKind,
  {
    id,
    body,
    idempotencyKey,
  }: { readonly id: string; readonly body: object; readonly idempotencyKey: string | undefined },
): Promise<CommandOutcome> {
  const path = `/v1/releases/${encodeURIComponent(id)}/${kind}`;
  const result = await context.api().post<CommandResult>(path, body, idempotencyKey ?? randomUUID());
  const told = result.woken ? '' : '; Temporal could not be told, the workflow reads it at its next look';
  const text = `${stateText(result.state, context.paint)} ${id}: ${kind} recorded, the candidate is at ${shareText(result)}${told}`;
  return done(text, { ...result }, id);
}
