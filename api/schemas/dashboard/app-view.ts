import { z } from 'zod';
import { activeSchema, rollbackReadinessSchema, servingSchema } from '../active.ts';
import { timestampSchema } from '../shared.ts';
import { releaseLineSchema } from './releases.ts';

/** An app: what serves where, and what became of its releases. History, revisions and policy have routes of their own. */
export const appViewSchema = z
  .object({
    at: timestampSchema,
    name: z.string(),
    places: z.array(
      z.object({
        environment: z.string(),
        active: activeSchema.optional().meta({ description: 'Absent before its first stable revision' }),
        gateways: servingSchema.shape.gateways,
        wayBack: rollbackReadinessSchema.optional(),
      }),
    ),
    releases: z.array(releaseLineSchema).meta({ description: 'The newest 20' }),
    policy: z.object({ scope: z.string(), version: z.int(), digest: z.string() }),
    queued: z.int(),
  })
  .meta({ id: 'AppView' });

export type AppView = z.infer<typeof appViewSchema>;
