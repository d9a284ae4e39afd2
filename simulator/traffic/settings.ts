import { z } from 'zod';

export const settingsSchema = z.object({
  /** Origins of gateways, separated by commas. */
  TRAFFIC_TARGETS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim().replace(/\/$/u, '')))
    .pipe(z.array(z.url({ protocol: /^https?$/u })).min(1)),
  TRAFFIC_APP: z.string().min(1),
  /** A CSV file with the columns text and category. */
  TRAFFIC_QUERIES: z.string().min(1),
  TRAFFIC_RATE_PER_SECOND: z.coerce.number().positive().default(5),
  TRAFFIC_SUBJECTS: z.coerce.number().int().min(1).default(200),
  TRAFFIC_API_KEY: z.string().min(1).default('traffic'),
});

export interface TrafficSettings {
  readonly origins: readonly string[];
  readonly app: string;
  readonly queriesFile: string;
  readonly ratePerSecond: number;
  readonly subjects: number;
  readonly apiKey: string;
}

/** The traffic generator's settings from the environment; throws a sentence that names the wrong one. */
export function readSettings(environment: NodeJS.ProcessEnv): TrafficSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`Traffic settings: ${z.prettifyError(parsed.error)}`);
  return {
    origins: parsed.data.TRAFFIC_TARGETS,
    app: parsed.data.TRAFFIC_APP,
    queriesFile: parsed.data.TRAFFIC_QUERIES,
    ratePerSecond: parsed.data.TRAFFIC_RATE_PER_SECOND,
    subjects: parsed.data.TRAFFIC_SUBJECTS,
    apiKey: parsed.data.TRAFFIC_API_KEY,
  };
}
