import { log } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { MeasuringActivities } from '../activities/evaluation/contract.ts';
import { createEvaluationActivities } from '../activities/evaluation/evaluation.ts';
import { createMirrorActivities } from '../activities/evaluation/mirror.ts';
import { createPatience } from '../evals/patience/patient-caller.ts';
import { waitText } from '../evals/patience/place.ts';
import { redact } from '../gateway/redaction/redact.ts';
import type { EvaluationSettings } from './evaluation-settings.ts';

/** Longer than any revision's own timer (1 h at most): those decide first. */
const callTimeoutMs = 61 * 60_000;

/** The activities of evaluation and mirror replay, with what they need. */
export function createMeasuringActivities({
  db,
  settings,
}: {
  readonly db: Pool;
  readonly settings: EvaluationSettings;
}): MeasuringActivities {
  const { staging, internalToken, dataKeys, freshKeys, mirrorKeys, concurrency } = settings;
  const patience = createPatience({
    atOnce: concurrency,
    patienceMs: settings.patienceMs,
    onWait: (wait) => {
      log.info(waitText(wait), { ...wait });
    },
  });
  const gatewayAt = (baseUrl: string) => ({ baseUrl, internalToken, timeoutMs: callTimeoutMs });
  const gateway = gatewayAt(staging.gatewayUrl);
  const production = settings.production.gatewayUrl;
  const probed = new Map([
    [staging.environment, gateway],
    ['production', production === undefined ? undefined : gatewayAt(production)],
  ]);
  return {
    ...createEvaluationActivities({ db, gateway, probed, binding: staging.binding, concurrency, patience }),
    ...createMirrorActivities({
      db,
      gateway,
      dataKeys,
      ...(freshKeys === undefined ? {} : { freshKeys }),
      ...(mirrorKeys === undefined ? {} : { kept: { keys: mirrorKeys, redact } }),
      binding: staging.binding,
      concurrency,
      patience,
      stagingEnvironment: staging.environment,
    }),
  };
}
