import { setTimeout as delay } from 'node:timers/promises';
import type { Serving } from '../../../api/schemas/active.ts';
import { exitCodes } from '../../../domain/errors.ts';
import type { CommandOutcome } from '../../output/outcome.ts';
import type { CommandContext } from '../context.ts';

export interface ServingQuestion {
  readonly app: string;
  readonly environment: string;
  /** How long to wait for gateways that have not said anything yet. */
  readonly withinMs: number;
}

const pollMs = 200;

/** Asks which live gateways serve an app until each has taken or refused it, or the time is over. */
export async function untilServed(
  context: Pick<CommandContext, 'api' | 'live'>,
  { app, environment, withinMs }: ServingQuestion,
): Promise<Serving> {
  const path = `/v1/apps/${encodeURIComponent(app)}/gateways?${new URLSearchParams({ environment }).toString()}`;
  const deadline = performance.now() + withinMs;
  const live = context.live();
  try {
    for (;;) {
      const serving = await context.api().get<Serving>(path);
      const waiting = serving.gateways.filter(({ state }) => state === 'waiting');
      if (waiting.length === 0) return serving;
      const line = `waiting for ${waiting.map(({ gatewayId }) => gatewayId).join(', ')} to serve ${app}`;
      live.show(line, line);
      if (performance.now() > deadline) return serving;
      await delay(pollMs);
    }
  } finally {
    live.end();
  }
}

/** Whether a revision that was made stable really serves: confirmed by every live gateway, or not, and why. */
export function servingOutcome(
  label: string,
  serving: Serving,
): Pick<CommandOutcome, 'code' | 'word' | 'text'> {
  const { app, environment, gateways } = serving;
  const { done, unreachable } = exitCodes;
  if (gateways.length === 0) {
    const text = `${label} is stable for ${app} in the config store; nothing serves it yet, for no gateway of ${environment} is alive.`;
    return { code: done, word: 'done', text };
  }
  const missing = gateways.filter(({ state }) => state !== 'serving');
  if (missing.length > 0) {
    const word = gateways.some(({ state }) => state === 'refused') ? 'refused' : 'unconfirmed';
    return { code: unreachable, word, text: describeMissing(label, serving, missing) };
  }
  const confirmed = gateways.length === 1 ? '1 gateway' : `${gateways.length} gateways`;
  const text = `${label} serves ${app}, confirmed by ${confirmed}: ask for the model "${app}".`;
  return { code: done, word: 'done', text };
}

function describeMissing(
  label: string,
  { app, environment, gateways }: Serving,
  missing: Serving['gateways'],
): string {
  const lines = missing.map((gateway) =>
    gateway.state === 'refused'
      ? `  ${gateway.gatewayId} refuses it: ${gateway.reason}`
      : `  ${gateway.gatewayId} has not taken it yet: see its log, and whether it reaches the database.`,
  );
  return [
    `${label} is stable for ${app}, but ${missing.length} of ${gateways.length} live gateways of ${environment} do not serve it:`,
    ...lines,
    '  → Mend that, then run this again: it changes nothing and asks anew.',
  ].join('\n');
}
