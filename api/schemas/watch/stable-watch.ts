import { z } from 'zod';
import { freeTextSchema } from '../../../domain/text/free-text.ts';
import { stableWatchOutcomes, stableWatchSettingsSchema } from '../../../domain/stable-watch/stable-watch.ts';
import { pageOf, reasonSchema, timestampSchema } from '../shared.ts';

const outcomeSchema = z.enum(stableWatchOutcomes).meta({
  description:
    '`broken`: critical cases fail on a target, or its provider refuses model or key; `changed`: a target names a model that it never named before; `unclear`: not all could be asked or judged, which is neither good nor broken',
});

const targetSchema = z.object({
  name: z.string().meta({ description: 'As `openai/gpt-5-mini`' }),
  outcome: outcomeSchema,
  says: z.string(),
  failing: z.array(z.string()).meta({ description: 'Critical cases that fail' }),
  models: z.array(z.string()).meta({ description: 'What its answers call the model' }),
  fingerprints: z.array(z.string()).meta({ description: 'And the build of it, where they do' }),
  newModels: z.array(z.string()).meta({ description: 'Those that it has never named before' }),
});

export const stableWatchRunSchema = z
  .object({
    id: z.string(),
    app: z.string(),
    environment: z.string(),
    revision: z.string().meta({ description: 'Digest of what was stable' }),
    label: z.string().optional(),
    askedBy: z.string().optional().meta({ description: 'Absent where its time had come' }),
    begunAt: timestampSchema,
    closedAt: timestampSchema.optional(),
    outcome: outcomeSchema.optional(),
    says: z.string().optional(),
    targets: z.array(targetSchema).optional(),
    calls: z.int(),
    costUsd: z.number(),
  })
  .meta({ id: 'StableWatchRun' });

export const stableWatchRunPageSchema = pageOf(stableWatchRunSchema);

export const stableWatchAlarmSchema = z.object({
  kind: z.enum(['broken', 'changed']),
  says: z.string(),
  since: timestampSchema,
  run: z.string(),
  holds: z
    .boolean()
    .meta({ description: 'No release gets a larger share; false where somebody has lifted it' }),
  liftedAt: timestampSchema.optional(),
  liftedBy: z.string().optional(),
  liftedReason: z.string().optional(),
});

export const stableWatchSchema = z
  .object({
    app: z.string(),
    enabled: z.boolean(),
    ...stableWatchSettingsSchema.shape,
    spent: z.object({ calls: z.int(), costUsd: z.number() }).meta({ description: 'In the last 24 hours' }),
    late: z.boolean().meta({ description: 'Nothing was found out for more than three of its times' }),
    alarm: stableWatchAlarmSchema.optional(),
    newest: stableWatchRunSchema.optional().meta({ description: 'The run that was begun last' }),
  })
  .meta({ id: 'StableWatch' });

export const setStableWatchSchema = z.strictObject({
  enabled: z.boolean().default(true),
  ...stableWatchSettingsSchema.shape,
  reason: reasonSchema,
});

export const startedStableWatchSchema = z
  .object({ run: z.string().meta({ description: 'Its id, among the runs once a worker has begun it' }) })
  .meta({ id: 'StartedStableWatch' });

export const liftStableWatchSchema = z.strictObject({ reason: freeTextSchema });

export type StableWatch = z.infer<typeof stableWatchSchema>;
export type StableWatchRun = z.infer<typeof stableWatchRunSchema>;
export type StartedStableWatch = z.infer<typeof startedStableWatchSchema>;
