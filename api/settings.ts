import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { roleCheckSchema, type RoleCheck } from '../config-store/roles/check-role.ts';
import { auditKeysSchema, type AuditKeys } from '../domain/audit/keys.ts';
import { nameSchema } from '../domain/revision/names.ts';
import { createSealingKeys, type SealingKeys } from '../program/data-keys.ts';
import { parseSettings } from '../program/parse-settings.ts';
import { dataKeysSchema, logLevelSchema } from '../program/settings.ts';
import {
  temporalConnection,
  temporalVariables,
  type TemporalConnection,
} from '../program/temporal-settings.ts';
import type { OidcProvider } from '../domain/access/oidc.ts';
import type { PayloadKeys } from '../program/payload-keys.ts';
import { issuersOf } from './oidc/issuers.ts';
import { webhooksSchema, type Webhook } from './webhooks/webhooks.ts';
import { taskQueue } from '../workflows/messages.ts';

export const settingsSchema = z.object({
  DATABASE_URL: z.url(),
  ...temporalVariables,
  SLUICE_TASK_QUEUE: z.string().min(1).default(taskQueue),
  SLUICE_API_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_API_PORT: z.coerce.number().int().min(0).max(65_535).default(7400),
  SLUICE_API_ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_API_ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SLUICE_API_TRUSTED_PROXIES: z
    .string()
    .optional()
    .transform((list = '') =>
      list
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== ''),
    )
    .pipe(z.array(z.union([z.literal('loopback'), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))),
  SLUICE_ADMIN_TOKEN: z.string().min(20).optional(),
  SLUICE_SUBJECT_KEY: dataKeysSchema.optional(),
  SLUICE_MIRROR_KEY: dataKeysSchema.optional(),
  SLUICE_ENVIRONMENTS: z
    .string()
    .default('production,staging')
    .transform((names) => names.split(',').map((name) => name.trim()))
    .pipe(z.array(nameSchema)),
  SLUICE_OIDC_ISSUERS: z.string().optional().transform(issuersOf),
  SLUICE_WEBHOOKS: webhooksSchema.optional(),
  SLUICE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  SLUICE_AUDIT_KEY: auditKeysSchema.optional(),
  SLUICE_AUDIT_HEADS_FILE: z.string().min(1).optional(),
  SLUICE_RECONCILE_EVERY_MS: z.coerce.number().int().min(100).max(3_600_000).default(15_000),
  SLUICE_RECONCILE_MIN_AGE_MS: z.coerce.number().int().min(0).max(86_400_000).default(120_000),
  SLUICE_DATABASE_ROLE_CHECK: roleCheckSchema.default('warn'),
  SLUICE_LOG_LEVEL: logLevelSchema.default('info'),
});

export interface ApiSettings {
  readonly databaseUrl: string;
  readonly temporal: {
    readonly connection: TemporalConnection;
    readonly namespace: string;
    readonly taskQueue: string;
    readonly payloadKeys: PayloadKeys | undefined;
  };
  readonly listen: { readonly host: string; readonly port: number };
  /** Where its metrics are. */
  readonly admin: { readonly host: string; readonly port: number };
  /** Addresses and networks whose word on where a request comes from is taken. */
  readonly trustedProxies: readonly string[];
  /** The first admin's token: made known to the database at start, kept there as a digest. */
  readonly adminToken: string | undefined;
  /** What hashes of subjects are made with, and former ones. */
  readonly subjectKeys: readonly Buffer[];
  /** What opens what mirrors kept, for who may read content; nothing else that is kept of people. */
  readonly mirrorKeys: SealingKeys | undefined;
  /** The environments that a new app's first stable revision goes to. */
  readonly environments: readonly string[];
  /** Whose tokens of CI are taken, by their issuer: the clouds of GitHub and GitLab, and servers of one's own. */
  readonly oidcIssuers: ReadonlyMap<string, OidcProvider>;
  /** Whom messages are sent to. */
  readonly webhooks: readonly Webhook[];
  /** Where people reach this API, for links in messages. */
  readonly publicUrl: string | undefined;
  /** What seals the audit log, and the file that its ends are written to. */
  readonly audit: { readonly keys: AuditKeys | undefined; readonly headsFile: string | undefined };
  readonly reconciler: { readonly everyMs: number; readonly minAgeMs: number };
  readonly roleCheck: RoleCheck;
  readonly logLevel: string;
}

/** The API's settings from its environment. Throws `usage` naming each setting that is missing or wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): ApiSettings {
  const settings = parseSettings('API', settingsSchema, variables);
  return {
    databaseUrl: settings.DATABASE_URL,
    temporal: {
      connection: temporalConnection(settings, readFileSync),
      namespace: settings.TEMPORAL_NAMESPACE,
      taskQueue: settings.SLUICE_TASK_QUEUE,
      payloadKeys: settings.SLUICE_PAYLOAD_KEYS,
    },
    listen: { host: settings.SLUICE_API_HOST, port: settings.SLUICE_API_PORT },
    admin: { host: settings.SLUICE_API_ADMIN_HOST, port: settings.SLUICE_API_ADMIN_PORT },
    trustedProxies: settings.SLUICE_API_TRUSTED_PROXIES,
    adminToken: settings.SLUICE_ADMIN_TOKEN,
    subjectKeys: settings.SLUICE_SUBJECT_KEY ?? [],
    mirrorKeys:
      settings.SLUICE_MIRROR_KEY === undefined ? undefined : createSealingKeys(settings.SLUICE_MIRROR_KEY),
    environments: settings.SLUICE_ENVIRONMENTS,
    oidcIssuers: settings.SLUICE_OIDC_ISSUERS,
    webhooks: settings.SLUICE_WEBHOOKS ?? [],
    publicUrl: settings.SLUICE_PUBLIC_URL,
    audit: { keys: settings.SLUICE_AUDIT_KEY, headsFile: settings.SLUICE_AUDIT_HEADS_FILE },
    reconciler: {
      everyMs: settings.SLUICE_RECONCILE_EVERY_MS,
      minAgeMs: settings.SLUICE_RECONCILE_MIN_AGE_MS,
    },
    roleCheck: settings.SLUICE_DATABASE_ROLE_CHECK,
    logLevel: settings.SLUICE_LOG_LEVEL,
  };
}
