import type { Pool } from 'pg';
import { z } from 'zod';
import { listFeedback } from '../../../config-store/releases/list-feedback.ts';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** What was told of answers after the fact, counted. */
const toldFeedbackSchema = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        value: z.union([z.string(), z.number(), z.boolean()]),
        arm: z.enum(['stable', 'candidate', 'none']),
        answers: z.int().meta({ description: 'Of which it was told' }),
        late: z.int().meta({
          description: 'Of them, told over 10 minutes after the answer: a guardrail may have waited longer',
        }),
      }),
    ),
  })
  .meta({ id: 'ToldFeedback' });

/** What applications told of a release's answers, in time or late. */
export function feedbackRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/feedback',
    operationId: 'listFeedback',
    summary:
      'List what was told of the answers of a release, by name, value and arm, with how much of it came late',
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: releaseParamsSchema,
    answers: { 200: { description: 'Counts', schema: toldFeedbackSchema } },
    async handle({ params: { id } }) {
      await requireRelease(db, id);
      return { status: 200, body: { items: await listFeedback(db, id) } };
    },
  });
}
