import type { Pool } from 'pg';
import { z } from 'zod';
import { listAnswers } from '../../../config-store/evaluations/list-answers.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { pageOf, pageQuerySchema, releaseParamsSchema } from '../../schemas/shared.ts';

const answerSchema = z
  .object({
    gate: z.string(),
    caseId: z.string(),
    revision: z.string(),
    target: z.int(),
    repeat: z.int(),
    passed: z.boolean(),
    score: z.number().optional(),
    error: z.string().optional(),
    details: z.record(z.string(), z.unknown()).meta({
      description: 'With `output` and `reasons`, where the gate kept them: of what did not pass',
    }),
  })
  .meta({ id: 'GateAnswer' });

/** Content: what models said. Each read of it stands in the audit log (serve-route.ts). */
export function answersRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/answers',
    operationId: 'listAnswers',
    summary: "Show what models answered in a release's gates, and why it was judged so; each read is audited",
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    content: true,
    params: releaseParamsSchema,
    query: pageQuerySchema,
    answers: { 200: { description: 'A page of answers', schema: pageOf(answerSchema) } },
    async handle({ params: { id }, query }) {
      await requireRelease(db, id);
      return { status: 200, body: await listAnswers(db, { ...query, releaseId: id }) };
    },
  });
}
