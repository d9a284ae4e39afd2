import { log } from '@temporalio/activity';
import type { Pool } from 'pg';
import { createCommandActivities } from '../activities/commands.ts';
import type { SluiceActivities } from '../activities/contract.ts';
import { createEvaluationActivities } from '../activities/evaluation.ts';
import { createLookActivities } from '../activities/look.ts';
import { createMirrorActivities } from '../activities/mirror.ts';
import { createReleaseActivities } from '../activities/release.ts';
import { createSplitActivities } from '../activities/split.ts';
import type { TemporalView } from '../activities/temporal-view.ts';
import { createPatience } from '../evals/patience/patient-caller.ts';
import { waitText } from '../evals/patience/place.ts';
import type { WorkerSettings } from './settings.ts';

/** Longer than any revision's own timer (1 h at most): those decide first. */
const callTimeoutMs = 61 * 60_000;

export interface ActivityParts {
  db: Pool;
  temporal: TemporalView;
  hasSearchAttributes: () => boolean;
  settings: Pick<
    WorkerSettings,
    | 'staging'
    | 'productionGatewayUrl'
    | 'internalToken'
    | 'dataKey'
    | 'evalConcurrency'
    | 'evalPatienceMs'
    | 'startFromTemporal'
  >;
}

/** All activities of a worker, with what they need. */
export function createActivities({
  db,
  temporal,
  hasSearchAttributes,
  settings,
}: ActivityParts): SluiceActivities {
  const { staging, internalToken, dataKey, evalConcurrency: concurrency, startFromTemporal } = settings;
  const patience = createPatience({
    atOnce: concurrency,
    patienceMs: settings.evalPatienceMs,
    onWait: (wait) => {
      log.info(waitText(wait), { ...wait });
    },
  });
  const gatewayAt = (baseUrl: string) => ({ baseUrl, internalToken, timeoutMs: callTimeoutMs });
  const gateway = gatewayAt(staging.gatewayUrl);
  const production = settings.productionGatewayUrl;
  const probed = new Map([
    [staging.environment, gateway],
    ['production', production === undefined ? undefined : gatewayAt(production)],
  ]);
  return {
    ...createReleaseActivities({ db, temporal, hasSearchAttributes, startFromTemporal }),
    ...createCommandActivities({ db, temporal }),
    ...createSplitActivities({ db }),
    ...createLookActivities({ db }),
    ...createEvaluationActivities({ db, gateway, probed, binding: staging.binding, concurrency, patience }),
    ...createMirrorActivities({
      db,
      gateway,
      dataKey,
      concurrency,
      patience,
      stagingEnvironment: staging.environment,
    }),
  };
}
