import type { Pool } from 'pg';
import { createCommandActivities } from '../activities/release/commands.ts';
import type { SluiceActivities } from '../activities/activities.ts';
import type { MeasuringActivities } from '../activities/evaluation/contract.ts';
import { createGuardActivities } from '../activities/guard/guard.ts';
import { createLookActivities } from '../activities/looks/look.ts';
import type { MetricsSources } from '../activities/looks/metrics/measure-metrics.ts';
import { createReleaseActivities } from '../activities/release/release.ts';
import { createSplitActivities } from '../activities/split/split.ts';
import type { TemporalView } from '../activities/temporal/temporal-view.ts';
import type { WorkerSettings } from './settings.ts';

export interface ActivityParts {
  readonly db: Pool;
  readonly temporal: TemporalView;
  readonly hasSearchAttributes: () => boolean;
  readonly settings: Pick<WorkerSettings, 'evaluation' | 'startFromTemporal'> & {
    readonly metricsSources?: MetricsSources;
  };
}

/**
 * All activities of a worker that carries releases on, with what they need. Those of evaluation and mirror are here for
 * what a worker of before has put on this queue: nothing of today's code does (docs/decisions/0036). So they are loaded when
 * one is asked for, which a worker's start does not wait for.
 */
export function createActivities({
  db,
  temporal,
  hasSearchAttributes,
  settings: { evaluation, startFromTemporal, metricsSources: sources },
}: ActivityParts): SluiceActivities {
  return {
    ...createReleaseActivities({ db, temporal, hasSearchAttributes, startFromTemporal, sources }),
    ...createCommandActivities({ db, temporal }),
    ...createSplitActivities({ db }),
    ...createLookActivities({ db, sources }),
    ...createGuardActivities({ db }),
    ...loadedWhenAsked(async () => {
      const { createMeasuringActivities } = await import('./measuring-activities.ts');
      return createMeasuringActivities({ db, settings: evaluation });
    }),
  };
}

function loadedWhenAsked(load: () => Promise<MeasuringActivities>): MeasuringActivities {
  let loading: Promise<MeasuringActivities> | undefined;
  const loaded = (): Promise<MeasuringActivities> => (loading ??= load());
  return {
    planEvaluation: async (args) => (await loaded()).planEvaluation(args),
    runEvaluationShard: async (args) => (await loaded()).runEvaluationShard(args),
    decideEvaluation: async (args) => (await loaded()).decideEvaluation(args),
    planMirror: async (args) => (await loaded()).planMirror(args),
    runMirrorShard: async (args) => (await loaded()).runMirrorShard(args),
    decideMirror: async (args) => (await loaded()).decideMirror(args),
  };
}
