import { z } from 'zod';
import { conditions } from '../../../domain/release/health-findings.ts';
import { openStates, outcomes } from '../../../domain/release/release.ts';
import { nameSchema } from '../../../domain/revision/names.ts';
import { timestampSchema } from '../shared.ts';

/** How a release is to be looked at, whatever its state is called. */
export const tones = ['good', 'running', 'attention', 'bad', 'over'] as const;

/** Whom an open release waits for. */
export const needSchema = z
  .object({
    what: z.enum(['approve', 'decide', 'tend']).meta({
      description:
        '`approve`: its next share; `decide`: it is paused or passes by a person alone; `tend`: nobody carries it on',
    }),
    says: z.string(),
    you: z.boolean().meta({ description: 'The token that asks may do it' }),
  })
  .meta({ id: 'ReleaseNeed' });

/** One line of a list: little enough for a thousand of them. */
export const releaseLineSchema = z
  .object({
    id: z.string(),
    app: z.string(),
    environment: z.string(),
    label: z.string(),
    stableLabel: z.string().optional(),
    state: z.enum([...openStates, ...outcomes]),
    word: z.string().meta({ description: 'The state for people: `rolled back by token:ada`' }),
    tone: z.enum(tones),
    sentence: z.string().meta({ description: 'How it is, in a sentence or two' }),
    condition: z.enum(conditions).optional().meta({ description: 'Absent once it is closed' }),
    stage: z.string().optional(),
    step: z
      .object({ number: z.int(), of: z.int() })
      .optional()
      .meta({ description: 'Of its plan, from 1; absent before the first' }),
    weight: z.object({
      set: z.number(),
      served: z
        .number()
        .nullable()
        .meta({ description: '0 where the lease is over; null: gateways disagree' }),
    }),
    audience: z
      .object({ set: z.number(), served: z.number().nullable() })
      .optional()
      .meta({ description: 'The same of the audience of its plan, while that alone has it' }),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    closedAt: timestampSchema.optional(),
    ageMs: z.number().meta({ description: 'Since it was created, until it was closed' }),
    liveAgeMs: z.number().optional().meta({
      description:
        'Of an open one: how old what is known of it was when this was read. A client counts on from there',
    }),
    needs: z.array(needSchema),
    needsYou: z.boolean(),
  })
  .meta({ id: 'ReleaseLine' });

export const boardQuerySchema = z.object({
  app: nameSchema.optional(),
  environment: nameSchema.optional(),
  state: z.enum(['open', 'closed', ...openStates, ...outcomes]).optional(),
  needs: z.literal('me').optional().meta({ description: '`me`: only what waits for the token that asks' }),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

export const boardPageSchema = z
  .object({
    at: timestampSchema,
    items: z.array(releaseLineSchema).meta({ description: '50 at the most: what needs you first' }),
    page: z.int(),
    pages: z.int(),
    total: z.int(),
    needYou: z.int().meta({ description: 'How many need you, over all pages and whatever is filtered' }),
  })
  .meta({ id: 'ReleaseBoard' });

export type ReleaseLine = z.infer<typeof releaseLineSchema>;
export type ReleaseNeed = z.infer<typeof needSchema>;
export type ReleaseBoard = z.infer<typeof boardPageSchema>;
export type Tone = (typeof tones)[number];
