import { z } from 'zod';
import { queueOutcomes } from '../../domain/release/queue.ts';
import { reasonSchema, timestampSchema } from './shared.ts';

/** A release that waits until those before it have ended. */
export const queuedSchema = z
  .object({
    id: z.string(),
    app: z.string(),
    label: z.string(),
    actor: z.string(),
    state: z.enum(['waiting', ...queueOutcomes]).meta({
      description: '`refused`: when its turn came, it could not be started any more; `reason` says why',
    }),
    position: z.int().optional().meta({ description: '1: it is next; absent once it waits no more' }),
    queuedAt: timestampSchema,
    closedAt: timestampSchema.optional(),
    releaseId: z.string().optional().meta({ description: 'The release that it has become' }),
    reason: z.string().optional(),
    decidedBy: z.string().optional(),
  })
  .meta({ id: 'QueuedRelease' });

export const queueSchema = z.object({ items: z.array(queuedSchema) }).meta({ id: 'Queue' });

export const cancelQueuedSchema = z.strictObject({ reason: reasonSchema });

export type Queued = z.infer<typeof queuedSchema>;
