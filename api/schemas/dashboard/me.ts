import { z } from 'zod';
import { actions } from '../../../domain/access/actions.ts';
import { roles } from '../../../domain/access/roles.ts';

/** What the token that asks may do. */
export const callerSchema = z
  .object({
    name: z.string(),
    actor: z.string().meta({ description: 'As it stands in the audit log' }),
    subject: z.string(),
    role: z.enum(roles),
    actions: z.array(z.enum(actions)).optional().meta({ description: 'Absent: all of its role' }),
    apps: z.array(z.string()).optional().meta({ description: 'Absent: all' }),
    content: z.boolean(),
  })
  .meta({ id: 'Caller' });

export type WhoAsks = z.infer<typeof callerSchema>;
