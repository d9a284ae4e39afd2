import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentsFileSchema, type Binding } from '../domain/binding.ts';
import { messageOf, SluiceError } from '../domain/errors.ts';
import { parseDataKey } from '../domain/sealing.ts';
import { taskQueue } from '../workflows/messages.ts';

export const settingsSchema = z.object({
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  DATABASE_URL: z.url(),
  SLUICE_TASK_QUEUE: z.string().min(1).default(taskQueue),
  SLUICE_ENVIRONMENTS_FILE: z.string().min(1),
  SLUICE_STAGING_ENVIRONMENT: z.string().min(1).default('staging'),
  SLUICE_STAGING_GATEWAY_URL: z.url(),
  SLUICE_DATA_KEY: z.string().min(1),
  SLUICE_INTERNAL_TOKEN: z.string().min(16),
  /** How long a task waits for the worker that knows its workflow before any other takes it, after a crash. */
  SLUICE_STICKY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(1_000),
  SLUICE_RECONCILE_EVERY_MS: z.coerce.number().int().min(100).default(15_000),
  /** Releases younger than this are left alone by the reconciler. */
  SLUICE_RECONCILE_MIN_AGE_MS: z.coerce.number().int().min(0).default(120_000),
  SLUICE_EVAL_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(4),
  SLUICE_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** No health and metrics endpoint where it is absent. */
  SLUICE_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface WorkerSettings {
  readonly temporal: { readonly address: string; readonly namespace: string; readonly taskQueue: string };
  readonly databaseUrl: string;
  readonly staging: {
    readonly environment: string;
    readonly gatewayUrl: string;
    readonly binding: Binding;
  };
  readonly dataKey: Buffer;
  readonly internalToken: string;
  readonly stickyTimeoutMs: number;
  readonly reconciler: { readonly everyMs: number; readonly minAgeMs: number };
  readonly evalConcurrency: number;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly logLevel: string;
}

/** The worker's settings from its environment. Throws `usage` or `invalid_file` naming what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): WorkerSettings {
  const parsed = settingsSchema.safeParse(variables);
  if (!parsed.success) throw wrongSetting(z.prettifyError(parsed.error));
  const settings = parsed.data;
  const environment = settings.SLUICE_STAGING_ENVIRONMENT;
  return {
    temporal: {
      address: settings.TEMPORAL_ADDRESS,
      namespace: settings.TEMPORAL_NAMESPACE,
      taskQueue: settings.SLUICE_TASK_QUEUE,
    },
    databaseUrl: settings.DATABASE_URL,
    staging: {
      environment,
      gatewayUrl: settings.SLUICE_STAGING_GATEWAY_URL,
      binding: readBinding(settings.SLUICE_ENVIRONMENTS_FILE, environment),
    },
    dataKey: readDataKey(settings.SLUICE_DATA_KEY),
    internalToken: settings.SLUICE_INTERNAL_TOKEN,
    stickyTimeoutMs: settings.SLUICE_STICKY_TIMEOUT_MS,
    reconciler: {
      everyMs: settings.SLUICE_RECONCILE_EVERY_MS,
      minAgeMs: settings.SLUICE_RECONCILE_MIN_AGE_MS,
    },
    evalConcurrency: settings.SLUICE_EVAL_CONCURRENCY,
    metrics:
      settings.SLUICE_METRICS_PORT === undefined
        ? undefined
        : { host: settings.SLUICE_METRICS_HOST, port: settings.SLUICE_METRICS_PORT },
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
}

function readDataKey(text: string): Buffer {
  try {
    return parseDataKey(text);
  } catch (error) {
    throw wrongSetting(`SLUICE_DATA_KEY: ${messageOf(error)}`);
  }
}

/** Of the staging environment: what its models cost stands there. */
function readBinding(path: string, environment: string): Binding {
  const wrong = (what: string): SluiceError =>
    new SluiceError('invalid_file', `SLUICE_ENVIRONMENTS_FILE (${path}): ${what}`, {
      remedy: 'Correct the file.',
    });
  let file: unknown;
  try {
    file = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw wrong(messageOf(error));
  }
  const parsed = environmentsFileSchema.safeParse(file);
  if (!parsed.success) throw wrong(z.prettifyError(parsed.error));
  const binding = parsed.data.environments[environment];
  if (binding !== undefined) return binding;
  throw wrong(`it has no environment "${environment}".`);
}

function wrongSetting(what: string): SluiceError {
  return new SluiceError('usage', `The worker's settings are wrong. ${what}`, {
    remedy: 'Set the variable that is named; docs/reference/settings.md lists them all.',
  });
}
