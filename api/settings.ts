import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';
import { taskQueue } from '../workflows/messages.ts';

const settingsSchema = z.object({
  DATABASE_URL: z.url(),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  SLUICE_TASK_QUEUE: z.string().default(taskQueue),
  SLUICE_API_HOST: z.string().default('127.0.0.1'),
  SLUICE_API_PORT: z.coerce.number().int().min(0).max(65_535).default(7400),
  /** The first admin's token: made known to the database at start, kept there as a digest. */
  SLUICE_ADMIN_TOKEN: z.string().min(20).optional(),
  SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** The environments that a new app's first stable revision goes to. */
  SLUICE_ENVIRONMENTS: z
    .string()
    .default('production,staging')
    .transform((names) => names.split(',').map((name) => name.trim())),
});

export type ApiSettings = z.infer<typeof settingsSchema>;

/** The API's settings from its environment. Throws `usage` naming each setting that is missing or wrong. */
export function readSettings(environment: NodeJS.ProcessEnv): ApiSettings {
  const result = settingsSchema.safeParse(environment);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SluiceError('usage', `The API's settings are not right: ${faults.join('; ')}.`, {
    remedy: 'Set the environment variables named above; docs/reference/settings.md lists them all.',
  });
}
