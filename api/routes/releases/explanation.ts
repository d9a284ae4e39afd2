import type { Pool } from 'pg';
import { z } from 'zod';
import { explanationSchema } from '../../../domain/explanation/explanation.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { explanationOf } from '../../releases/explanation-of.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** Why a release went as it did, for whoever does not know how it is judged. */
export function explanationRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/explanation',
    operationId: 'explainRelease',
    summary: 'Explain why a release went as it did: evidence as odds, and what would have changed it',
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: releaseParamsSchema,
    query: z.object({
      recompute: z
        .enum(['true', 'false'])
        .optional()
        .meta({ description: '`true`: looks are judged again from their stored counts, and compared' }),
    }),
    answers: { 200: { description: 'The explanation', schema: explanationSchema } },
    async handle({ params: { id }, query: { recompute } }) {
      return { status: 200, body: await explanationOf(db, id, { recompute: recompute === 'true' }) };
    },
  });
}
