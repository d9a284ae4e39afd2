import { randomUUID } from 'node:crypto';
import type { HealResult } from '../../../api/schemas/rollback.ts';
import { healOutcome } from '../../output/describe-heal.ts';
import type { Command } from '../context.ts';

export interface SplitHealOptions {
  readonly app: string;
  readonly environment: string;
  readonly to?: string;
  readonly reason?: string;
}

/** Has the database say again what gateways serve, where it has lost its last writes; through the API. */
export const splitHeal: Command<SplitHealOptions> = async (context, { app, ...body }) => {
  const path = `/v1/apps/${encodeURIComponent(app)}/split/heal`;
  return healOutcome(app, await context.api().post<HealResult>(path, body, randomUUID()));
};
