import { z } from 'zod';

export const webhookTestSchema = z
  .object({
    id: z.string().meta({ description: 'Its `webhook-id`' }),
    delivered: z.boolean(),
    says: z.string().meta({ description: 'What the receiver answered, or why none could be heard' }),
  })
  .meta({ id: 'WebhookTest' });
