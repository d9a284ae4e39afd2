import { z } from 'zod';
import { gateStages } from './gate-stages.ts';
import type { Progress } from './progress.ts';

const stepSchema = z.looseObject({
  stage: z.string(),
  weight: z.number(),
  share: z.number().optional(),
  holdMs: z.number(),
  minExposures: z.number(),
  bake: z.boolean(),
});

const courseSchema = z.looseObject({
  /** One that only a later version knows cannot be walked by this one. */
  gates: z.array(z.enum(gateStages)).optional(),
  steps: z.array(stepSchema),
  compare: stepSchema,
  maxHoldMs: z.number(),
  onInconclusive: z.enum(['pause', 'rollback']),
  maxPauseMs: z.number(),
  maxBlindMs: z.number(),
  leaseMs: z.number(),
  guardMs: z.number().optional(),
});

const compensationSchema = z.looseObject({
  name: z.literal('withdrawCandidate'),
  args: z.looseObject({
    app: z.string(),
    environment: z.string(),
    releaseId: z.string(),
    revision: z.string(),
  }),
});

const stepRunSchema = z.looseObject({
  holdMs: z.number(),
  deadlineMs: z.number(),
  version: z.number().optional(),
  acked: z.boolean(),
  clock: z.looseObject({ elapsedMs: z.number(), runningSinceMs: z.number().optional() }),
  look: z.number(),
  lookedAtHeldMs: z.number(),
  heardMs: z.number().optional(),
  blindSinceMs: z.number().optional(),
  again: z.number().optional(),
  unknown: z.looseObject({ sinceMs: z.number(), lastMs: z.number() }).optional(),
  waitingFor: z.string().optional(),
  waits: z
    .looseObject({
      on: z.enum(['approval', 'freeze']),
      says: z.string(),
      sinceMs: z.number(),
      untilMs: z.number().optional(),
    })
    .optional(),
});

const progressSchema = z.looseObject({
  version: z.literal(1),
  sequence: z.number(),
  course: courseSchema,
  stageIndex: z.number(),
  stage: z.string(),
  stageStartedMs: z.number(),
  splitVersion: z.number(),
  splitWrittenMs: z.number(),
  weight: z.number(),
  audienceShare: z.number().optional(),
  compensations: z.array(compensationSchema),
  pausedSinceMs: z.number().optional(),
  pausedBy: z.looseObject({ actor: z.string(), reason: z.string().optional() }).optional(),
  alarmed: z.boolean(),
  promotion: z
    .looseObject({ commandId: z.number(), actor: z.string(), reason: z.string().optional() })
    .optional(),
  seenCommandId: z.number(),
  step: stepRunSchema.optional(),
});

/** A state as it was kept, whatever names a later version has added to it. Throws where it is none. */
export function parseProgress(stored: unknown): Progress {
  return progressSchema.parse(stored);
}
