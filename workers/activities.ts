import type { Pool } from 'pg';
import { createCommandActivities } from '../activities/commands.ts';
import type { SluiceActivities } from '../activities/contract.ts';
import { createEvaluationActivities } from '../activities/evaluation.ts';
import { createLookActivities } from '../activities/look.ts';
import { createMirrorActivities } from '../activities/mirror.ts';
import { createReleaseActivities } from '../activities/release.ts';
import { createSplitActivities } from '../activities/split.ts';
import type { TemporalView } from '../activities/temporal-view.ts';
import type { WorkerSettings } from './settings.ts';

/** Longer than any revision's own timer: those decide first. */
const callTimeoutMs = 10 * 60_000;

export interface ActivityParts {
  db: Pool;
  temporal: TemporalView;
  hasSearchAttributes: () => boolean;
  settings: Pick<
    WorkerSettings,
    'staging' | 'internalToken' | 'dataKey' | 'evalConcurrency' | 'startFromTemporal'
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
  const gateway = { baseUrl: staging.gatewayUrl, internalToken, timeoutMs: callTimeoutMs };
  return {
    ...createReleaseActivities({ db, temporal, hasSearchAttributes, startFromTemporal }),
    ...createCommandActivities({ db, temporal }),
    ...createSplitActivities({ db }),
    ...createLookActivities({ db }),
    ...createEvaluationActivities({ db, gateway, binding: staging.binding, concurrency }),
    ...createMirrorActivities({ db, gateway, dataKey, concurrency, stagingEnvironment: staging.environment }),
  };
}
