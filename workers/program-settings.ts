import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { roleCheckSchema, type RoleCheck } from '../config-store/roles/check-role.ts';
import type { PayloadKeys } from '../program/payload-keys.ts';
import { logLevelSchema } from '../program/settings.ts';
import {
  temporalConnection,
  temporalVariables,
  type TemporalConnection,
} from '../program/temporal-settings.ts';
import { taskQueue } from '../workflows/messages.ts';

/** What every program of this folder is told. */
export const programVariables = {
  ...temporalVariables,
  DATABASE_URL: z.url(),
  SLUICE_TASK_QUEUE: z.string().min(1).default(taskQueue),
  /** Whether payloads are taken that nobody has sealed, where there are SLUICE_PAYLOAD_KEYS. */
  SLUICE_PAYLOAD_PLAIN: z.enum(['accept', 'refuse']).default('accept'),
  SLUICE_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** No health and metrics endpoint where it is absent. */
  SLUICE_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  SLUICE_DATABASE_ROLE_CHECK: roleCheckSchema.default('warn'),
  SLUICE_LOG_LEVEL: logLevelSchema.default('info'),
};

export interface ProgramSettings {
  readonly temporal: {
    readonly connection: TemporalConnection;
    readonly namespace: string;
    /** That of releases; the one of evaluations follows from it. */
    readonly taskQueue: string;
    readonly payloadKeys: PayloadKeys | undefined;
    readonly refusePlainPayloads: boolean;
  };
  readonly databaseUrl: string;
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly roleCheck: RoleCheck;
  readonly logLevel: string;
}

/** The settings that every program of this folder has. */
export function programSettings(settings: z.output<z.ZodObject<typeof programVariables>>): ProgramSettings {
  const { SLUICE_METRICS_HOST: host, SLUICE_METRICS_PORT: port } = settings;
  return {
    temporal: {
      connection: temporalConnection(settings, readFileSync),
      namespace: settings.TEMPORAL_NAMESPACE,
      taskQueue: settings.SLUICE_TASK_QUEUE,
      payloadKeys: settings.SLUICE_PAYLOAD_KEYS,
      refusePlainPayloads: settings.SLUICE_PAYLOAD_PLAIN === 'refuse',
    },
    databaseUrl: settings.DATABASE_URL,
    metrics: port === undefined ? undefined : { host, port },
    roleCheck: settings.SLUICE_DATABASE_ROLE_CHECK,
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
}
