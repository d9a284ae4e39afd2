import { z } from 'zod';
import { timestampSchema } from '../shared.ts';

const servedSchema = z.object({
  app: z.string(),
  state: z.enum(['serving', 'waiting', 'refused']),
  version: z.int().optional().meta({ description: 'The split version that it serves; absent: none yet' }),
  wanted: z.int().meta({ description: "The split's version" }),
  stable: z.string().optional(),
  candidate: z.string().optional(),
  weight: z.number().meta({ description: "The candidate's share in percent, as it is set" }),
  reason: z.string().optional().meta({ description: 'Why it refuses' }),
});

const replicaSchema = z
  .object({
    id: z.string(),
    kind: z
      .enum(['gateway', 'client'])
      .meta({ description: '`client`: an application that decides by the split itself' }),
    live: z.boolean().meta({ description: 'Heard of within 5 s, and not ended' }),
    heartbeatAgeMs: z.number(),
    startedAt: timestampSchema.optional(),
    serving: z.int().meta({ description: 'Apps that it serves as they are set' }),
    of: z.int(),
    apps: z
      .array(servedSchema)
      .meta({ description: '50 at the most, those that it does not serve so first' }),
  })
  .meta({ id: 'Replica' });

/** Every gateway of the last hour, and every application that decides by itself, beside what is set. */
export const gatewaysViewSchema = z
  .object({
    at: timestampSchema,
    environments: z.array(z.object({ environment: z.string(), replicas: z.array(replicaSchema) })),
  })
  .meta({ id: 'GatewaysView' });

export type GatewaysView = z.infer<typeof gatewaysViewSchema>;
export type Replica = z.infer<typeof replicaSchema>;
