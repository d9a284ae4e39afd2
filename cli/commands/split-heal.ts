import { randomUUID } from 'node:crypto';
import type { HealResult } from '../../api/schemas/apps.ts';
import { done } from '../output/outcome.ts';
import type { Command } from './context.ts';

export interface SplitHealOptions {
  app: string;
  environment: string;
  to?: string;
  reason?: string;
}

/** Has the database say again what gateways serve, where it has lost its last writes. */
export const splitHeal: Command<SplitHealOptions> = async (context, { app, ...body }) => {
  const path = `/v1/apps/${encodeURIComponent(app)}/split/heal`;
  const healed = await context.api().post<HealResult>(path, body, randomUUID());
  return { ...done(describeHeal(app, healed), { ...healed }), word: healed.result };
};

function describeHeal(app: string, { result, version, serving, from, gateways }: HealResult): string {
  if (result === 'already')
    return `already: ${serving} serves ${app} (split v${version}); no gateway has served a newer version.`;
  const had = from === undefined || from === 0 ? 'no version' : `v${from}`;
  return (
    `healed: ${serving} serves ${app} (split v${version}). The database had ${had}; ` +
    `${gateways.join(', ')} had served a newer one.`
  );
}
