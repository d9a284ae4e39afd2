import { z } from 'zod';
import { timestampSchema } from '../shared.ts';
import { releaseLineSchema } from './releases.ts';

const numbered = {
  sequence: z.int().meta({ description: 'Grows by one with each change; a gap: come back for a snapshot' }),
  at: timestampSchema,
};

/** The data of the events of `GET /v1/events`, by `kind`, which is also the name of the event. */
export const dashboardEventSchema = z
  .discriminatedUnion('kind', [
    z.object({
      ...numbered,
      kind: z.literal('snapshot'),
      staleAfterMs: z.int().meta({ description: 'What is older than this is not shown as good' }),
      heartbeatMs: z.int(),
      releases: z.array(releaseLineSchema).meta({ description: 'All open ones that the token may see' }),
    }),
    z.object({ ...numbered, kind: z.literal('release'), release: releaseLineSchema }),
    z.object({
      ...numbered,
      kind: z.literal('app'),
      app: z.string(),
      environment: z.string(),
    }),
    z.object({
      ...numbered,
      kind: z.literal('heartbeat'),
      dataAgeMs: z.number().meta({ description: 'Since the API itself last read the database' }),
    }),
  ])
  .meta({ id: 'DashboardEvent' });

export type DashboardEvent = z.infer<typeof dashboardEventSchema>;
