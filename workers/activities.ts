import type { Pool } from 'pg';
import { createCommandActivities } from '../activities/release/commands.ts';
import type { SluiceActivities } from '../activities/activities.ts';
import { createLookActivities } from '../activities/looks/look.ts';
import { createReleaseActivities } from '../activities/release/release.ts';
import { createSplitActivities } from '../activities/split/split.ts';
import type { TemporalView } from '../activities/temporal/temporal-view.ts';
import { createMeasuringActivities } from './measuring-activities.ts';
import type { WorkerSettings } from './settings.ts';

export interface ActivityParts {
  db: Pool;
  temporal: TemporalView;
  hasSearchAttributes: () => boolean;
  settings: Pick<WorkerSettings, 'evaluation' | 'startFromTemporal'>;
}

/**
 * All activities of a worker that carries releases on, with what they need. Those of evaluation and mirror are here for
 * what a worker of before has put on this queue: nothing of today's code does (docs/decisions/0036).
 */
export function createActivities({
  db,
  temporal,
  hasSearchAttributes,
  settings: { evaluation, startFromTemporal },
}: ActivityParts): SluiceActivities {
  return {
    ...createReleaseActivities({ db, temporal, hasSearchAttributes, startFromTemporal }),
    ...createCommandActivities({ db, temporal }),
    ...createSplitActivities({ db }),
    ...createLookActivities({ db }),
    ...createMeasuringActivities({ db, settings: evaluation }),
  };
}
