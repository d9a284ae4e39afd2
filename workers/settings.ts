import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Binding } from '../domain/binding.ts';
import { messageOf } from '../domain/errors.ts';
import {
  dataKeySchema,
  logLevelSchema,
  parseBinding,
  parseSettings,
  wrongEnvironmentsFile,
} from '../domain/settings.ts';
import {
  temporalConnection,
  temporalVariables,
  type TemporalConnection,
} from '../domain/temporal-settings.ts';
import { taskQueue } from '../workflows/messages.ts';

export const settingsSchema = z.object({
  ...temporalVariables,
  DATABASE_URL: z.url(),
  SLUICE_TASK_QUEUE: z.string().min(1).default(taskQueue),
  SLUICE_ENVIRONMENTS_FILE: z.string().min(1),
  SLUICE_STAGING_ENVIRONMENT: z.string().min(1).default('staging'),
  SLUICE_STAGING_GATEWAY_URL: z.url(),
  /** A gateway of production, by which a candidate's targets are probed there. */
  SLUICE_PRODUCTION_GATEWAY_URL: z.url().optional(),
  SLUICE_DATA_KEY: dataKeySchema,
  SLUICE_INTERNAL_TOKEN: z.string().min(16),
  /** How long a task waits for the worker that knows its workflow before any other takes it, after a crash. */
  SLUICE_STICKY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(1_000),
  SLUICE_RECONCILE_EVERY_MS: z.coerce.number().int().min(100).max(3_600_000).default(15_000),
  /** Releases younger than this are left alone by the reconciler. */
  SLUICE_RECONCILE_MIN_AGE_MS: z.coerce.number().int().min(0).max(86_400_000).default(120_000),
  /** Whether a workflow may be started past the API, and as whom it counts then. */
  SLUICE_START_FROM_TEMPORAL: z.enum(['off', 'releaser', 'operator', 'admin']).default('off'),
  SLUICE_EVAL_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(16),
  /** How long a provider may answer nothing before an evaluation or a mirror replay is given up. */
  SLUICE_EVAL_PATIENCE_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(120_000),
  SLUICE_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** No health and metrics endpoint where it is absent. */
  SLUICE_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  SLUICE_LOG_LEVEL: logLevelSchema.default('info'),
});

export interface WorkerSettings {
  readonly temporal: {
    readonly connection: TemporalConnection;
    readonly namespace: string;
    readonly taskQueue: string;
  };
  readonly databaseUrl: string;
  readonly staging: {
    readonly environment: string;
    readonly gatewayUrl: string;
    readonly binding: Binding;
  };
  readonly productionGatewayUrl: string | undefined;
  readonly dataKey: Buffer;
  readonly internalToken: string;
  readonly stickyTimeoutMs: number;
  readonly reconciler: { readonly everyMs: number; readonly minAgeMs: number };
  readonly startFromTemporal: 'off' | 'releaser' | 'operator' | 'admin';
  readonly evalConcurrency: number;
  readonly evalPatienceMs: number;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly logLevel: string;
}

/** The worker's settings from its environment. Throws `usage` or `invalid_file` naming what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): WorkerSettings {
  const settings = parseSettings('worker', settingsSchema, variables);
  const environment = settings.SLUICE_STAGING_ENVIRONMENT;
  return {
    temporal: {
      connection: temporalConnection(settings, readFileSync),
      namespace: settings.TEMPORAL_NAMESPACE,
      taskQueue: settings.SLUICE_TASK_QUEUE,
    },
    databaseUrl: settings.DATABASE_URL,
    staging: {
      environment,
      gatewayUrl: settings.SLUICE_STAGING_GATEWAY_URL,
      binding: readBinding(settings.SLUICE_ENVIRONMENTS_FILE, environment),
    },
    productionGatewayUrl: settings.SLUICE_PRODUCTION_GATEWAY_URL,
    dataKey: settings.SLUICE_DATA_KEY,
    internalToken: settings.SLUICE_INTERNAL_TOKEN,
    stickyTimeoutMs: settings.SLUICE_STICKY_TIMEOUT_MS,
    reconciler: {
      everyMs: settings.SLUICE_RECONCILE_EVERY_MS,
      minAgeMs: settings.SLUICE_RECONCILE_MIN_AGE_MS,
    },
    startFromTemporal: settings.SLUICE_START_FROM_TEMPORAL,
    evalConcurrency: settings.SLUICE_EVAL_CONCURRENCY,
    evalPatienceMs: settings.SLUICE_EVAL_PATIENCE_MS,
    metrics:
      settings.SLUICE_METRICS_PORT === undefined
        ? undefined
        : { host: settings.SLUICE_METRICS_HOST, port: settings.SLUICE_METRICS_PORT },
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
}

/** Of the staging environment: what its models cost stands there. */
function readBinding(path: string, environment: string): Binding {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw wrongEnvironmentsFile(path, messageOf(error));
  }
  return parseBinding(text, { path, environment });
}
