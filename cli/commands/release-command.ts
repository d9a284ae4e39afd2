import { randomUUID } from 'node:crypto';
import type { CommandResult } from '../../api/schemas/releases.ts';
import type { CommandKind } from '../../domain/release.ts';
import { done } from '../output/outcome.ts';
import { stateText } from '../output/style.ts';
import type { Command } from './context.ts';

export interface ReleaseCommandOptions {
  id: string;
  reason?: string;
  expectedStage?: string;
  idempotencyKey?: string;
}

/** `sluice release pause|resume|abort|promote`: records what a person decides. */
export function releaseCommand(kind: CommandKind): Command<ReleaseCommandOptions> {
  return async (context, options) => {
    const { id, reason, expectedStage, idempotencyKey } = options;
    const body = {
      ...(reason === undefined ? {} : { reason }),
      ...(expectedStage === undefined ? {} : { expectedStage }),
    };
    const path = `/v1/releases/${encodeURIComponent(id)}/${kind}`;
    const result = await context.api().post<CommandResult>(path, body, idempotencyKey ?? randomUUID());
    const told = result.woken ? '' : '; Temporal could not be told, the workflow reads it at its next look';
    const text = `${stateText(result.state, context.paint)} ${id}: ${kind} recorded, the candidate is at ${result.weight} %${told}`;
    return done(text, { ...result }, id);
  };
}
