import { z } from 'zod';
import { timestampSchema } from '../shared.ts';

export const chartQuerySchema = z.object({
  points: z.coerce.number().int().min(2).max(1000).default(300),
});

const column = z.array(z.number().nullable());

/** The checks of a release as columns of equal length, oldest first. */
export const releaseChartSchema = z
  .object({
    of: z.int().meta({ description: 'How many checks there were; more than points: evenly thinned' }),
    atMs: z.array(z.number()).meta({ description: 'Since 1970' }),
    requests: z.array(z.number()).meta({ description: 'Of the candidate, settled, up to then' }),
    stage: z.array(z.string()),
    check: z.array(z.int()).meta({ description: 'Its number in its stage' }),
    weight: column.meta({ description: "The candidate's share in percent" }),
    guardrails: z.array(
      z.object({
        name: z.string(),
        subject: z.string(),
        measure: z.enum(['share', 'mean']),
        actsAt: z.number().meta({ description: 'Evidence as a natural logarithm' }),
        evidence: column,
        candidate: column.meta({ description: 'Estimates over all requests up to then' }),
        stable: column,
        difference: column,
        lower: column.meta({ description: '95 %, however often one looks' }),
        upper: column,
        limit: column.meta({ description: 'Of the difference' }),
      }),
    ),
    traffic: z.array(z.object({ at: timestampSchema, version: z.int(), weight: z.number() })),
  })
  .meta({ id: 'ReleaseChart' });

export type ReleaseChart = z.infer<typeof releaseChartSchema>;
