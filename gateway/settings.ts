import { getHeapStatistics } from 'node:v8';
import { z } from 'zod';
import type { Binding } from '../domain/revision/binding.ts';
import { createDataKeys, type DataKeys, type SealingKeys } from '../program/data-keys.ts';
import { nameSchema } from '../domain/revision/names.ts';
import { parseSettings } from '../program/parse-settings.ts';
import {
  dataKeySchema,
  dataKeysSchema,
  freshKeysOf,
  logLevelSchema,
  readBinding,
} from '../program/settings.ts';
import type { BoundEnvironment } from './config/bind-revision.ts';
import { isLoopback } from './edge/allowed-hosts.ts';

const bytesPerMb = 1024 * 1024;
/** A sixteenth of Node's heap: a body is held as bytes, as JSON, and once more as what is sent on. */
const defaultBodiesMb = Math.max(64, Math.round(getHeapStatistics().heap_size_limit / bytesPerMb / 16));

/** Names, separated by commas. */
const hostsSchema = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

export const settingsSchema = z.object({
  SLUICE_GATEWAY_ID: z.string().min(1),
  SLUICE_ENVIRONMENT: nameSchema,
  SLUICE_GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SLUICE_GATEWAY_ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_GATEWAY_ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SLUICE_GATEWAY_KEYS: z.enum(['demanded', 'open']).optional(),
  SLUICE_GATEWAY_HOSTS: hostsSchema.optional(),
  DATABASE_URL: z.url(),
  SLUICE_STATE_DIR: z.string().min(1),
  SLUICE_ENVIRONMENTS_FILE: z.string().min(1),
  SLUICE_DATA_KEY: dataKeysSchema,
  SLUICE_FRESH_KEY: dataKeysSchema.optional(),
  SLUICE_SUBJECT_KEY: dataKeySchema.optional(),
  SLUICE_INTERNAL_TOKEN: z.string().min(16),
  SLUICE_BODIES_IN_FLIGHT_MB: z.coerce.number().int().min(16).max(65_536).optional(),
  SLUICE_POLL_MS: z.coerce.number().int().min(50).max(10_000).default(1000),
  SLUICE_LOG_LEVEL: logLevelSchema.default('info'),
});

export interface GatewaySettings {
  readonly gatewayId: string;
  readonly environment: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Where metrics and details are; port 0 picks a free one. */
  readonly admin: { readonly host: string; readonly port: number };
  /** Names that callers may call it by, beside loopback's and its own addresses. */
  readonly hosts: readonly string[];
  /** `open`: who shows no key may call models. */
  readonly keys: 'demanded' | 'open';
  readonly databaseUrl: string;
  /** Where the last known stable revisions are kept. */
  readonly stateDirectory: string;
  readonly bound: BoundEnvironment;
  readonly dataKeys: DataKeys;
  /** What requests are sealed with that are kept as they came; none are without. */
  readonly freshKeys?: SealingKeys;
  readonly internalToken: string;
  /** Of the requests that are not answered yet. */
  readonly bodiesInFlightBytes: number;
  readonly pollMs: number;
  readonly logLevel: string;
}

/** The gateway's settings from the environment. Throws `usage` or `invalid_file` in a sentence that names what is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): GatewaySettings {
  const settings = parseSettings('gateway', settingsSchema, variables);
  const binding = readBinding({
    path: settings.SLUICE_ENVIRONMENTS_FILE,
    environment: settings.SLUICE_ENVIRONMENT,
  });
  const dataKeys = createDataKeys(settings.SLUICE_DATA_KEY, settings.SLUICE_SUBJECT_KEY);
  return {
    gatewayId: settings.SLUICE_GATEWAY_ID,
    environment: settings.SLUICE_ENVIRONMENT,
    host: settings.SLUICE_GATEWAY_HOST,
    port: settings.SLUICE_GATEWAY_PORT,
    admin: { host: settings.SLUICE_GATEWAY_ADMIN_HOST, port: settings.SLUICE_GATEWAY_ADMIN_PORT },
    hosts: settings.SLUICE_GATEWAY_HOSTS ?? [],
    // Whoever reaches this machine alone is taken for one of its own.
    keys: settings.SLUICE_GATEWAY_KEYS ?? (isLoopback(settings.SLUICE_GATEWAY_HOST) ? 'open' : 'demanded'),
    databaseUrl: settings.DATABASE_URL,
    stateDirectory: settings.SLUICE_STATE_DIR,
    bound: { binding, keys: keysOf(binding, variables) },
    dataKeys,
    ...freshKeysOf(settings.SLUICE_FRESH_KEY, dataKeys),
    internalToken: settings.SLUICE_INTERNAL_TOKEN,
    bodiesInFlightBytes: (settings.SLUICE_BODIES_IN_FLIGHT_MB ?? defaultBodiesMb) * bytesPerMb,
    pollMs: settings.SLUICE_POLL_MS,
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
}

/** The keys that the binding names and that are set (an empty one is not); a revision that needs another one is refused, not the start. */
function keysOf(
  { providers, retrievers }: Binding,
  variables: NodeJS.ProcessEnv,
): ReadonlyMap<string, string> {
  const names = [...Object.values(providers), ...Object.values(retrievers)].flatMap(
    ({ apiKeyEnv }) => apiKeyEnv ?? [],
  );
  return new Map(
    names.flatMap((name) => {
      const key = variables[name];
      return key === undefined || key === '' ? [] : [[name, key] as const];
    }),
  );
}
