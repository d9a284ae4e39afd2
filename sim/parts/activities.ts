import { withFailures } from '../../activities/looks/failures.ts';
import type { Neighbours } from '../surroundings.ts';
import type { Activities } from '../temporal/activities.ts';
import { commandActivities } from './command-activities.ts';
import { guardActivities } from './guard-activities.ts';
import { batchOfLooks } from './looks.ts';
import { releaseActivities } from './release-activities.ts';
import type { SimulatedActivities } from './simulated.ts';
import { splitActivities } from './split-activities.ts';

/**
 * The activities of a release over the simulated store, step by step as those of `activities/` take them: between any
 * two the worker may die, the database may be away, and a slow one may write when nobody waits for it any more.
 */
export function simulatedActivities(world: Neighbours): Activities {
  return withFailures<SimulatedActivities>({
    ...releaseActivities(world),
    ...commandActivities(world),
    ...splitActivities(world),
    ...guardActivities(world),
    takeLooks: (args, attempt) => batchOfLooks(world, args, attempt),
  });
}
