import { z } from 'zod';
import { planSchema } from '../../domain/release/plan.ts';
import { skippableGates } from '../../domain/policy/policy.ts';
import { healthSchema } from '../../domain/release/health.ts';
import { commandKinds, openStates, outcomes } from '../../domain/release/release.ts';
import { labelSchema, nameSchema } from '../../domain/revision/names.ts';
import { provenanceSchema, revisionContentSchema } from '../../domain/revision/revision.ts';
import { roles } from '../../domain/access/roles.ts';
import { askedApprovalSchema } from './approvals.ts';
import { followsSchema, rollbackReadinessSchema } from './active.ts';
import { shownGuardSchema } from './guard.ts';
import { publishedSuiteSchema } from './apps.ts';
import { pageOf, pageQuerySchema, reasonSchema, revisionRefSchema, timestampSchema } from './shared.ts';

/** A revision that is published with the start of its release, or not at all. */
const newRevisionSchema = z.strictObject({ label: labelSchema, content: revisionContentSchema });

export const startReleaseSchema = z.strictObject({
  app: nameSchema,
  revision: z.union([revisionRefSchema, newRevisionSchema]),
  planName: nameSchema.default('default'),
  /** The plan itself; the app's published plan of that name where absent. */
  plan: planSchema.optional(),
  suites: z.array(publishedSuiteSchema).max(50).optional(),
  provenance: provenanceSchema.default({}),
  /** Gates to leave out; the app's policy says who may, and whether it needs a reason. */
  skip: z.array(z.enum(skippableGates)).max(skippableGates.length).default([]),
  ifBusy: z.enum(['fail', 'queue', 'supersede']).default('fail').meta({
    description:
      'Where another release of the app is open: `fail` refuses, `queue` has it wait for its turn, `supersede` ends that one, if the policy lets you, and starts',
  }),
  /** Start again with a revision that was taken back; needs a reason. */
  retry: z.boolean().default(false),
  reason: reasonSchema,
});

/** What a start would find. */
export const releaseCheckSchema = z
  .object({
    planName: z.string(),
    label: z.string(),
    digest: z.string(),
    mirror: z
      .object({
        state: z.enum(['ready', 'waits', 'lacks']).meta({
          description:
            '`lacks`: by what is known it will not have them, and a start is refused; `waits`: not yet',
        }),
        need: z.int().meta({ description: 'Samples that can be asked again' }),
        have: z.int(),
        altered: z.int().meta({ description: 'Samples that redaction has altered: not judged' }),
        since: timestampSchema.optional().meta({ description: 'The oldest that can be asked again' }),
        says: z.string(),
        remedy: z.string().optional(),
      })
      .optional()
      .meta({ description: 'Absent where the plan has no mirror' }),
  })
  .meta({ id: 'ReleaseCheck' });

export type ReleaseCheck = z.infer<typeof releaseCheckSchema>;

const releaseStateSchema = z.enum([...openStates, ...outcomes]);

/** Who went on over what a step had shown, and on what evidence. */
export const overrideSchema = z.looseObject({
  actor: z.string(),
  reason: z.string().optional(),
  lacking: z.string(),
  weight: z.number(),
  splitVersion: z.int(),
  heldMs: z.number(),
  holdMs: z.number(),
  exposures: z.object({ candidate: z.int(), stable: z.int() }),
});

const stageResultSchema = z.object({
  stage: z.string(),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'skipped', 'error', 'override']),
  summary: z.string(),
  override: overrideSchema.optional(),
  startedAt: timestampSchema,
  endedAt: timestampSchema,
});

/** Absent in releases that are older than policies. */
const releasePolicySchema = z
  .object({
    scope: z.string(),
    version: z.int(),
    digest: z.string(),
    role: z.enum(roles).meta({ description: 'Of whoever asked for the release' }),
    skips: z.array(z.object({ gate: z.enum(skippableGates), reason: z.string().optional() })),
  })
  .meta({ description: 'The policy that allowed it, and what was left out though that demands it' });

export const releaseSchema = z
  .object({
    id: z.string(),
    app: z.string(),
    environment: z.string(),
    revision: z.string(),
    label: z.string(),
    stable: z.string().optional(),
    planName: z.string(),
    planDigest: z.string(),
    policy: releasePolicySchema.optional(),
    state: releaseStateSchema,
    /** The newest stage that began, and what its newest look saw. */
    stage: z.string().optional(),
    reason: z.string().optional(),
    progress: z.record(z.string(), z.unknown()),
    weight: z.number(),
    audience: z.number().optional().meta({
      description:
        'Percent of the audience of its plan that has the candidate; absent where it has none, or is not served',
    }),
    health: healthSchema.optional().meta({ description: 'What is true of it now; absent once it is closed' }),
    splitVersion: z.int().optional().meta({ description: 'Of the split in force; absent once it is closed' }),
    actor: z.string(),
    decidedBy: z
      .string()
      .optional()
      .meta({ description: 'Who decided how it ends: a person, or the system; absent while nobody has' }),
    workflowId: z.string(),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    closedAt: timestampSchema.optional(),
  })
  .meta({ id: 'Release' });

/** How far the scoring of live answers is. */
const liveScoreSchema = z.object({
  guardrail: z.string(),
  scored: z.int(),
  missing: z.int().meta({ description: 'Answers that nobody could score' }),
  waiting: z.int().meta({ description: 'Answers that wait to be scored' }),
  lagMs: z.number().meta({ description: 'Since the oldest of those was admitted' }),
  stopped: z.string().optional().meta({ description: 'Why nothing is scored at present' }),
});

export const releaseDetailSchema = releaseSchema
  .extend({
    stages: z.array(stageResultSchema),
    liveScores: z
      .array(liveScoreSchema)
      .optional()
      .meta({ description: 'Of live answers that are scored; absent where none are' }),
    /** What it has to be approved for before its next share. */
    approval: askedApprovalSchema.optional(),
    openReviews: z.int().optional().meta({
      description: 'What was done past its rules and nobody else has signed off; absent where there is none',
    }),
    /** Of a promoted one that is stable still: what other environments of the app did about it. */
    others: z.array(followsSchema).optional(),
    guard: shownGuardSchema.optional().meta({
      description: 'The holdback that goes on once it is promoted; absent where it has had none',
    }),
    closedGuard: shownGuardSchema.optional().meta({
      description: 'The guard of the release before, which the start of this one has closed',
    }),
    /** Of an open one, and of one that was promoted. */
    rollback: rollbackReadinessSchema.optional(),
  })
  .meta({ id: 'ReleaseDetail' });

export const releasePageSchema = pageOf(releaseSchema);

export const listReleasesQuerySchema = pageQuerySchema.extend({
  app: nameSchema.optional(),
  state: z.enum(['open', 'closed']).optional(),
  named: z.string().min(1).max(100).optional().meta({
    description: 'Those of the app of this name, and those whose id begins so, with or without `rel_`',
  }),
});

const commandKindSchema = z.enum(commandKinds);

export const commandSchema = z.strictObject({
  reason: reasonSchema,
  /** What the person saw when deciding: the command is refused where the release has moved on. */
  expectedStage: z.string().optional(),
  expectedWeight: z.number().optional(),
  expectedVersion: z.int().optional(),
});

export const abortSchema = commandSchema.extend({
  force: z.boolean().default(false).meta({
    description: 'Close it here and now, whatever became of its workflow, which is terminated if found',
  }),
});

/** A promotion goes on over what a step has shown, so it has to say which step that was. */
export const promotionSchema = commandSchema
  .required({ expectedStage: true, expectedWeight: true, expectedVersion: true })
  .extend({
    resume: z
      .boolean()
      .default(false)
      .meta({ description: 'It also ends a pause; without it a paused release is not promoted' }),
  });

export const commandResultSchema = z
  .object({
    releaseId: z.string(),
    command: commandKindSchema,
    repeated: z.boolean(),
    weight: z.number().meta({ description: "The candidate's share in percent that holds now" }),
    audience: z
      .number()
      .optional()
      .meta({ description: 'That of the audience of its plan, while nobody else has it' }),
    state: releaseStateSchema,
    /** Whether the workflow could be told at once; it reads the command at its next look in any case. */
    woken: z.boolean(),
  })
  .meta({ id: 'CommandResult' });

export type StartReleaseParsed = z.output<typeof startReleaseSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type ReleaseDetail = z.infer<typeof releaseDetailSchema>;
export type CommandResult = z.infer<typeof commandResultSchema>;
