import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../domain/errors.ts';
import { capUsd } from './cost.ts';

/** Calls under way when the cap is noticed still cost something. */
const headroomUsd = 0.05;
const defaultEveryMs = 1_000;
/** Who cannot read the meter for so long must not go on spending. */
const unreadableAtMost = 5;

export interface Spending {
  /** What all calls so far have cost, in USD, by the prices of the bindings. */
  totalUsd(): number;
  /** Settles with a sentence when the demo has to stop: the cap is near, or the meter cannot be read. */
  readonly exhausted: Promise<string>;
  stop(): Promise<void>;
}

/** The sum of `sluice_provider_cost_usd_total` in a gateway's metrics, in USD. */
export function costIn(metrics: string): number {
  const lines = metrics.matchAll(/^sluice_provider_cost_usd_total\{[^}]*\} (\S+)$/gm);
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Watches by their admin ports what gateways spend: every call of a provider goes through one of them. */
export function watchSpending(adminUrls: readonly string[], everyMs = defaultEveryMs): Spending {
  const stopped = new AbortController();
  const exhausted = Promise.withResolvers<string>();
  let totalUsd = 0;
  const watch = async () => {
    let unreadable = 0;
    while (!stopped.signal.aborted) {
      try {
        const costs = await Promise.all(adminUrls.map((url) => readCost(url, stopped.signal)));
        totalUsd = costs.reduce((sum, cost) => sum + cost, 0);
        unreadable = 0;
      } catch (error) {
        if (++unreadable >= unreadableAtMost)
          exhausted.resolve(`What was spent cannot be read: ${messageOf(error)}`);
      }
      if (totalUsd >= capUsd - headroomUsd)
        exhausted.resolve(`${totalUsd.toFixed(2)} USD are spent, and the cap is ${capUsd} USD.`);
      await delay(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    totalUsd: () => totalUsd,
    exhausted: exhausted.promise,
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

async function readCost(adminUrl: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(`${adminUrl}/metrics`, { signal });
  if (!response.ok) throw new Error(`${adminUrl}/metrics answers ${response.status}.`);
  return costIn(await response.text());
}
