import type { Pool } from 'pg';
import type { StableWatchActivities } from '../activities/stable-watch/contract.ts';
import { createStableWatchActivities } from '../activities/stable-watch/stable-watch.ts';
import { createPatience } from '../evals/patience/patient-caller.ts';
import type { EvaluationSettings } from './evaluation-settings.ts';

/** A provider that answers nothing for so long is asked again when the next run's time has come. */
const longestPatienceMs = 30_000;
/** Stable's callers come first: they ask the same providers. */
const mostAtOnce = 4;
/** Longer than most revisions' own timers; what takes longer is no answer to wait for here. */
const callTimeoutMs = 5 * 60_000;

/** The activities of the stable watch, with what they need. */
export function createStableWatch({
  db,
  settings: { staging, production, internalToken, concurrency: most, patienceMs },
}: {
  readonly db: Pool;
  readonly settings: EvaluationSettings;
}): StableWatchActivities {
  const concurrency = Math.min(most, mostAtOnce);
  const patience = createPatience({
    atOnce: concurrency,
    patienceMs: Math.min(patienceMs, longestPatienceMs),
  });
  const gatewayAt = (baseUrl: string) => ({ baseUrl, internalToken, timeoutMs: callTimeoutMs });
  const { gatewayUrl, binding } = production;
  const gateway = gatewayUrl === undefined ? undefined : gatewayAt(gatewayUrl);
  return createStableWatchActivities({
    asking: { db, gateway, binding, concurrency, patience },
    judges: { gateway: gatewayAt(staging.gatewayUrl), binding: staging.binding, patience },
  });
}
