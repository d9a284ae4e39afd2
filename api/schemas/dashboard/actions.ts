import { z } from 'zod';

export const releaseActions = ['pause', 'resume', 'approve', 'promote', 'abort', 'rollback'] as const;

/** What a caller may do with a release, by the rules that the routes themselves apply. */
export const allowedActionSchema = z
  .object({
    action: z.enum(releaseActions),
    allowed: z.boolean(),
    blockedReason: z.string().optional().meta({ description: 'Why not; there where it is not allowed' }),
    expectedVersion: z.int().optional().meta({ description: 'Of the split: send it along with the action' }),
    effect: z.string().meta({ description: 'What it would do now, in numbers' }),
    reasonNeeded: z.boolean().meta({ description: 'It is refused without a reason' }),
    request: z
      .object({ path: z.string(), body: z.record(z.string(), z.json()) })
      .meta({ description: 'What to POST, beside `reason` and an Idempotency-Key' }),
  })
  .meta({ id: 'AllowedAction' });

export type AllowedAction = z.infer<typeof allowedActionSchema>;
export type ReleaseAction = (typeof releaseActions)[number];
