import { z } from 'zod';
import { timestampSchema } from '../shared.ts';

export const caseChanges = ['newly failing', 'still failing', 'repaired', 'flaky', 'same'] as const;

const cellSchema = z
  .object({
    passed: z.int(),
    of: z.int(),
    errors: z.int().meta({ description: 'Runs that nobody could judge: neither passed nor failed' }),
    runs: z.array(z.enum(['passed', 'failed', 'error'])).meta({ description: 'In their order' }),
    score: z.number().optional(),
    latencyMs: z.number().optional(),
    costUsd: z.number().optional(),
    failed: z
      .array(z.object({ assertion: z.string(), times: z.int() }))
      .meta({ description: 'Which assertions, by their metric where they have one, did not hold' }),
  })
  .meta({ id: 'EvaluatedCell' });

export const evaluationMatrixSchema = z
  .object({
    releaseId: z.string(),
    at: timestampSchema,
    state: z.enum(['running', 'pass', 'fail', 'inconclusive']),
    summary: z.string().optional(),
    candidate: z.object({ label: z.string(), digest: z.string() }),
    stable: z.object({ label: z.string(), digest: z.string() }).optional(),
    counts: z.record(z.enum(caseChanges), z.int()),
    cases: z.array(
      z.object({
        id: z.string(),
        critical: z.boolean(),
        prompt: z.string().optional(),
        change: z.enum(caseChanges),
        candidate: cellSchema,
        stable: cellSchema.optional(),
      }),
    ),
    differences: z
      .object({
        each: z.array(z.number()).meta({
          description:
            'Of the mean scores of a case, candidate minus stable; sorted, evenly thinned above 400',
        }),
        of: z.int().meta({ description: 'Cases that both arms have scores of' }),
        mean: z
          .object({ estimate: z.number(), lower: z.number(), upper: z.number() })
          .optional()
          .meta({ description: 'With its bounds, as the gate compared them; absent before it decided' }),
      })
      .optional()
      .meta({ description: 'Absent where no case was asked of both' }),
    page: z.int(),
    pages: z.int(),
  })
  .meta({ id: 'EvaluationMatrix' });

export const evaluationQuerySchema = z.object({
  show: z.enum(['changed', 'failed', 'all', 'errors']).default('changed'),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});

const caseAnswerSchema = z.object({
  repeat: z.int(),
  target: z.int().meta({ description: 'Which model of the chain: 0 is the first' }),
  verdict: z.enum(['passed', 'failed', 'error']),
  output: z.string().optional().meta({ description: 'Kept of what did not pass' }),
  error: z.string().optional(),
  reasons: z.array(z.string()),
});

/** One case with what was said: for who may read content. */
export const evaluatedCaseSchema = z
  .object({
    id: z.string(),
    question: z
      .record(z.string(), z.json())
      .meta({ description: 'Its variables and messages, as the suite has them' }),
    assertions: z.array(z.json()),
    candidate: z.array(caseAnswerSchema),
    stable: z.array(caseAnswerSchema),
  })
  .meta({ id: 'EvaluatedCase' });

export type EvaluationMatrix = z.infer<typeof evaluationMatrixSchema>;
export type EvaluatedCell = z.infer<typeof cellSchema>;
export type EvaluatedCase = z.infer<typeof evaluatedCaseSchema>;
