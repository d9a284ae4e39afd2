import { z } from 'zod';
import { environmentSchema, reasonSchema, revisionRefSchema, timestampSchema } from './shared.ts';

/** What a person looked at who presses. */
const seenSchema = z.strictObject({
  version: z.int().min(1).meta({ description: "The split's version" }),
  revision: revisionRefSchema.optional().meta({
    description: 'The one that is bad; the candidate of that version, else its stable one, where absent',
  }),
});

export const rollbackSchema = z
  .strictObject({
    environment: environmentSchema,
    takeOut: revisionRefSchema.optional().meta({
      description:
        'The revision to take out; where absent the one that was seen, else the candidate, else stable',
    }),
    to: revisionRefSchema.optional(),
    seen: seenSchema.optional(),
    force: z.boolean().default(false).meta({
      description:
        'Serve `to` though a gate or a guardrail condemned it, or it never was stable: an override',
    }),
    reason: reasonSchema,
  })
  .refine(({ force, to, reason }) => !force || (to !== undefined && reason !== undefined), {
    path: ['force'],
    message: 'needs `to` and a `reason`',
  });

export const rollbackResultSchema = z
  .object({
    result: z.enum(['done', 'already']),
    version: z.int(),
    takenOut: z.string().optional().meta({
      description: 'Of `already`: what was to be taken out, else what the newest rollback took out',
    }),
    takenOutAt: timestampSchema.optional().meta({ description: 'Of `already`: when that was taken out' }),
    serving: z.string(),
    servingSince: timestampSchema.optional().meta({ description: 'Of `already`' }),
    openRelease: z.object({ id: z.string(), label: z.string(), state: z.string() }).optional().meta({
      description: 'Of `already`: a release of the app that is on its way; an abort would end it',
    }),
    skipped: z.array(z.object({ revision: z.string(), reason: z.string() })).meta({
      description:
        'Former stable revisions that served later and were passed over, and why; also `serving`, where its models were found dead and nothing else was left',
    }),
    override: z.boolean().meta({ description: 'A person went over what a gate or a guardrail had found' }),
    confirmed: z.boolean().meta({ description: 'Every gateway serves it, or its lease has run out' }),
    waitingFor: z.array(z.string()),
    standby: z.enum(['synchronous', 'asynchronous', 'none', 'unknown']).meta({
      description:
        'Whether the write is on a synchronous standby, on none in time, or this is the only server',
    }),
  })
  .meta({ id: 'RollbackResult' });

export const healSchema = z.strictObject({
  environment: environmentSchema,
  to: revisionRefSchema.optional().meta({
    description: 'The revision that is right, where gateways disagree, or serve one that is not known here',
  }),
  reason: reasonSchema,
});

export const healResultSchema = z
  .object({
    result: z.enum(['healed', 'already']),
    version: z.int(),
    serving: z.string(),
    from: z.int().optional().meta({ description: 'The version that the database had; 0: none' }),
    gateways: z.array(z.string()).meta({ description: 'Who had served a newer one' }),
    condemned: z.string().optional().meta({
      description: 'What the database had as stable, where gateways had left it for something older',
    }),
    cleared: z.string().optional().meta({ description: 'Why `serving` was condemned until now' }),
  })
  .meta({ id: 'HealResult' });

export type HealResult = z.infer<typeof healResultSchema>;
export type RollbackResult = z.infer<typeof rollbackResultSchema>;
