import { z } from 'zod';
import type { MetricsSources } from '../activities/looks/metrics/measure-metrics.ts';
import { metricsSources } from './metrics-sources.ts';
import { parseSettings } from '../program/parse-settings.ts';
import { evaluationSettings, evaluationVariables, type EvaluationSettings } from './evaluation-settings.ts';
import { programSettings, programVariables, type ProgramSettings } from './program-settings.ts';

export const settingsSchema = z.object({
  ...programVariables,
  ...evaluationVariables,
  /** How long a task waits for the worker that knows its workflow before any other takes it, after a crash. */
  SLUICE_STICKY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(1_000),
  SLUICE_RECONCILE_EVERY_MS: z.coerce.number().int().min(100).max(3_600_000).default(15_000),
  /** Releases younger than this are left alone by the reconciler. */
  SLUICE_RECONCILE_MIN_AGE_MS: z.coerce.number().int().min(0).max(86_400_000).default(120_000),
  /** Whether a workflow may be started past the API, and as whom it counts then. */
  SLUICE_START_FROM_TEMPORAL: z.enum(['off', 'releaser', 'operator', 'admin']).default('off'),
});

export interface WorkerSettings extends ProgramSettings {
  /** For what a worker of before has left on the queue of releases. */
  readonly evaluation: EvaluationSettings;
  readonly stickyTimeoutMs: number;
  readonly reconciler: { readonly everyMs: number; readonly minAgeMs: number };
  readonly startFromTemporal: 'off' | 'releaser' | 'operator' | 'admin';
  /** Where metric stores are, by environment. */
  readonly metricsSources: MetricsSources;
}

/** The worker's settings from its environment. Throws `usage` or `invalid_file` naming what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): WorkerSettings {
  const settings = parseSettings('worker', settingsSchema, variables);
  return {
    ...programSettings(settings),
    evaluation: evaluationSettings(settings),
    stickyTimeoutMs: settings.SLUICE_STICKY_TIMEOUT_MS,
    reconciler: {
      everyMs: settings.SLUICE_RECONCILE_EVERY_MS,
      minAgeMs: settings.SLUICE_RECONCILE_MIN_AGE_MS,
    },
    startFromTemporal: settings.SLUICE_START_FROM_TEMPORAL,
    metricsSources: metricsSources(settings.SLUICE_ENVIRONMENTS_FILE, variables),
  };
}
