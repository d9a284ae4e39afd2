import { z } from 'zod';
import { nameSchema } from '../../domain/revision/names.ts';
import {
  existingFirstEvaluation,
  presentFirstEvaluation,
  startFirstEvaluation,
  type FirstEvaluationParts,
} from '../releases/first-evaluation.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { firstEvaluationSchema, startFirstEvaluationSchema } from '../schemas/first-evaluations.ts';
import { idSchema } from '../schemas/shared.ts';

/** What an app's first revision has to pass before it serves. */
export function firstEvaluationRoutes(parts: FirstEvaluationParts): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/apps/{app}/evaluations',
      operationId: 'startFirstEvaluation',
      summary: "Evaluate the revision that is to be an app's first; answered once it is durably started",
      role: 'releaser',
      action: 'publish',
      concerns: 'path.app',
      params: z.object({ app: nameSchema }),
      body: startFirstEvaluationSchema,
      answers: { 202: { description: 'Started', schema: firstEvaluationSchema } },
      async handle({ params: { app }, body, actor, role, idempotencyKey }) {
        const request = { ...body, app, actor, role, idempotencyKey };
        return { status: 202, body: await startFirstEvaluation(parts, request) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/apps/{app}/evaluations/{id}',
      operationId: 'getFirstEvaluation',
      summary: 'Show how far the evaluation of a first revision is, or what it came to',
      role: 'viewer',
      action: 'read',
      concerns: 'path.app',
      params: z.object({ app: nameSchema, id: idSchema }),
      answers: { 200: { description: 'The evaluation', schema: firstEvaluationSchema } },
      async handle({ params }) {
        const row = await existingFirstEvaluation(parts.db, params);
        return { status: 200, body: await presentFirstEvaluation(parts, row) };
      },
    }),
  ];
}
