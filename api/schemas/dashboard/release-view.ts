import { z } from 'zod';
import { askedApprovalSchema } from '../approvals.ts';
import { rollbackReadinessSchema } from '../active.ts';
import { shownGuardSchema } from '../guard.ts';
import { timestampSchema } from '../shared.ts';
import { allowedActionSchema } from './actions.ts';
import { comparedRevisionsSchema } from './compare.ts';
import { releaseLineSchema } from './releases.ts';

const railStates = [
  ...['to come', 'running', 'waiting', 'passed', 'overridden', 'skipped'],
  ...['failed', 'inconclusive', 'error', 'stopped'],
] as const;

const railStageSchema = z
  .object({
    stage: z.string(),
    title: z.string(),
    state: z.enum(railStates),
    weight: z.number().optional().meta({ description: 'Of a step: percent' }),
    startedAt: timestampSchema.optional(),
    endedAt: timestampSchema.optional(),
    summary: z.string().optional(),
    hold: z.object({ heldMs: z.number(), ofMs: z.number() }).optional(),
    requests: z
      .object({ candidate: z.int(), stable: z.int(), needed: z.int() })
      .optional()
      .meta({ description: 'Settled ones of a step; `needed`: of the candidate' }),
    waitsFor: z.string().optional(),
    waitsUntil: timestampSchema.optional(),
    decidesAt: timestampSchema.optional().meta({ description: 'The earliest, if it goes on as now' }),
  })
  .meta({ id: 'RailStage' });

const tileStates = ['pass', 'watch', 'more', 'no data'] as const;

const tileArmSchema = z.object({
  n: z.number().meta({ description: 'Requests, subjects or answers that were judged' }),
  bad: z.number().optional().meta({ description: 'Of them; absent where a mean is judged' }),
  estimate: z.number().nullable(),
  shown: z.string().meta({ description: 'The estimate with its unit' }),
});

/** A guardrail as people look at it. */
export const guardrailTileSchema = z
  .object({
    name: z.string(),
    subject: z.string(),
    state: z.enum(tileStates).meta({
      description:
        '`watch`: on its way to acting, or above its limit; `more`: too little is known yet; `no data`: nothing is known now',
    }),
    since: timestampSchema.optional().meta({ description: 'Since when it is in this state' }),
    says: z.string(),
    acts: z.enum(['takes back', 'holds', 'nothing']).meta({ description: 'What an alarm of it does' }),
    measure: z.enum(['share', 'mean']).meta({ description: 'A share of bad events, or a mean' }),
    candidate: tileArmSchema,
    stable: tileArmSchema,
    difference: z
      .object({
        estimate: z.number(),
        lower: z.number(),
        upper: z.number(),
        shown: z.string(),
      })
      .optional()
      .meta({ description: 'Candidate minus stable; 95 %, however often one looks; absent without data' }),
    limit: z
      .object({
        difference: z.number().optional().meta({ description: 'Of the candidate minus stable, at present' }),
        says: z.string(),
      })
      .optional(),
    odds: z.object({
      evidence: z.number().meta({ description: 'Natural logarithm' }),
      actsAt: z.number(),
      says: z.string().meta({ description: '`8.1 : 1`' }),
      actsAtSays: z.string(),
    }),
    segment: z
      .object({ name: z.string(), evidence: z.number(), actsAt: z.number(), odds: z.string() })
      .optional()
      .meta({ description: 'The worst of its segments' }),
  })
  .meta({ id: 'GuardrailTile' });

const timelineEntrySchema = z
  .object({
    at: timestampSchema,
    kind: z.enum(['release', 'stage', 'traffic', 'person', 'check']),
    who: z.string().optional(),
    says: z.string(),
    stage: z.string().optional(),
    weight: z.number().optional(),
  })
  .meta({ id: 'TimelineEntry' });

const gatewayAckSchema = z.object({
  kind: z
    .enum(['gateway', 'client'])
    .meta({ description: 'A `client` is a process of an application that decides itself' }),
  gatewayId: z.string(),
  state: z.enum(['serving', 'waiting', 'refused']),
  version: z.int().optional().meta({ description: 'The split version that it serves' }),
  reason: z.string().optional(),
  heartbeatAgeMs: z.number(),
});

/** All of a release that its page shows at once. */
export const releaseViewSchema = z
  .object({
    at: timestampSchema.meta({ description: 'When it was read, by the clock of the database' }),
    row: releaseLineSchema,
    revision: z.string(),
    stable: z.string().optional(),
    plan: z.object({ name: z.string(), digest: z.string(), alpha: z.number() }),
    reason: z.string().optional(),
    rail: z.array(railStageSchema),
    traffic: z.object({
      set: z.number(),
      served: z.number().nullable(),
      audience: z
        .object({ set: z.number(), served: z.number().nullable() })
        .optional()
        .meta({ description: 'The same of the audience of its plan, while that alone has it' }),
      splitVersion: z.int().optional(),
      leaseLeftMs: z.number().optional(),
      lookAgeMs: z.number().optional(),
      changes: z.array(
        z.object({
          at: timestampSchema,
          version: z.int(),
          weight: z.number(),
          audience: z.number().optional(),
        }),
      ),
    }),
    guardrails: z.array(guardrailTileSchema).meta({ description: 'As the newest check found them' }),
    gateways: z.array(gatewayAckSchema).meta({ description: 'The live ones of its environment' }),
    people: z.object({
      startedBy: z.string(),
      authors: z.array(z.string()),
      approval: askedApprovalSchema.optional(),
      decidedBy: z.string().optional(),
      openReviews: z.int(),
    }),
    wayBack: rollbackReadinessSchema.optional(),
    guard: shownGuardSchema.optional(),
    changed: comparedRevisionsSchema,
    timeline: z.array(timelineEntrySchema).meta({ description: 'The newest 200, newest first' }),
    allowedActions: z.array(allowedActionSchema),
    links: z.object({ temporalWorkflowId: z.string() }),
  })
  .meta({ id: 'ReleaseView' });

export type ReleaseView = z.infer<typeof releaseViewSchema>;
export type RailStage = z.infer<typeof railStageSchema>;
export type GuardrailTile = z.infer<typeof guardrailTileSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
