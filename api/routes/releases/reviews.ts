import type { Pool } from 'pg';
import { z } from 'zod';
import { appOfReview, listReviews, signReview } from '../../../config-store/change-control/reviews.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { assertOwnApp } from '../../auth/authorize.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { reviewSchema, signedReviewSchema, signReviewSchema } from '../../schemas/approvals.ts';
import { pageOf, pageQuerySchema } from '../../schemas/shared.ts';

const listQuerySchema = pageQuerySchema.extend({
  state: z.enum(['open', 'signed']).optional(),
  releaseId: z.string().max(100).optional(),
});

/** What was done past the rules stays open until somebody else has looked at it. */
export function reviewRoutes({ db }: { readonly db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/reviews',
      operationId: 'listReviews',
      summary:
        'List what was done past the rules (break-glass, overrides, skipped gates), and who signed it off',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      query: listQuerySchema,
      answers: { 200: { description: 'A page of them, newest first', schema: pageOf(reviewSchema) } },
      async handle({ query, caller: { apps } }) {
        return { status: 200, body: await listReviews(db, { ...query, apps }) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/reviews/{id}/sign',
      operationId: 'signReview',
      summary: 'Sign a review off; never by whoever did what it is about',
      role: 'operator',
      action: 'review',
      concerns: 'listed',
      params: z.object({
        id: z.coerce
          .number()
          .int()
          .min(1)
          .max(2 ** 53 - 1),
      }),
      body: signReviewSchema,
      answers: { 200: { description: 'Signed off', schema: signedReviewSchema } },
      async handle({ params: { id }, body: { note }, caller }) {
        const { actor, subject, role } = caller;
        if (!actor.startsWith('token:')) {
          throw new SluiceError('forbidden', 'A run of CI signs nothing off.', {
            remedy: 'Have a person do it.',
          });
        }
        assertOwnApp(caller, await appOfReview(db, id));
        return { status: 200, body: { id, ...(await signReview(db, { id, actor, subject, role, note })) } };
      },
    }),
  ];
}
