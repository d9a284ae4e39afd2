import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';
import { toldEvents } from './events.ts';

/** Who is told of what: webhooks by the names that the operator has given them (docs/operations/webhooks.md). */
export const notifySchema = z
  .array(
    z.strictObject({
      to: nameSchema,
      /** All of them where nothing is said. */
      of: z.array(z.enum(toldEvents)).min(1).exactOptional(),
    }),
  )
  .min(1)
  .max(10);
