import { randomUUID } from 'node:crypto';
import type { RollbackResult } from '../../api/schemas/apps.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

export interface RollbackOptions {
  app: string;
  environment: string;
  to?: string;
  takeOut?: string;
  reason?: string;
}

/** Says what a rollback came to, through the API and past it alike. */
export function describeRollback(app: string, result: RollbackResult): string {
  const { serving, waitingFor } = result;
  if (result.result === 'already') {
    return (
      `already: ${serving} serves ${app}; nothing was changed.\n` +
      `  → To take ${serving} out as well: sluice rollback ${app} --take-out ${serving}`
    );
  }
  const takenOut = result.takenOut === undefined ? '' : `, ${result.takenOut} is taken out`;
  const confirmed = result.confirmed
    ? 'Every gateway serves it.'
    : `Not yet confirmed by ${waitingFor.join(', ')}; a candidate ends there with its lease at the latest.`;
  return `done: ${serving} serves ${app}${takenOut} (split v${result.version}). ${confirmed}`;
}

/** Takes a revision out in one step, through the API. */
export const rollback: Command<RollbackOptions> = async (context, { app, ...body }) => {
  const path = `/v1/apps/${encodeURIComponent(app)}/rollback`;
  const result = await context.api().post<RollbackResult>(path, body, randomUUID());
  return { ...done(describeRollback(app, result), { ...result }), word: result.result };
};
