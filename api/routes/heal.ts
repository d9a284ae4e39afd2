import type { Pool } from 'pg';
import { z } from 'zod';
import { healSplit, labelHeal } from '../../config-store/splits/heal-split.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { healResultSchema, healSchema } from '../schemas/rollback.ts';
import { existingApp } from './existing-app.ts';
import { operationOf } from './operation-of.ts';

/** After a fail-over or a restore that lost writes: a version that gateways follow again (invariant 33). */
export function healRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps/{app}/split/heal',
    operationId: 'healSplit',
    summary: 'Write a split version above all that gateways have served, with what they serve',
    role: 'operator',
    action: 'rollback',
    concerns: 'path.app',
    params: z.object({ app: nameSchema }),
    body: healSchema,
    answers: { 200: { description: 'What serves now', schema: healResultSchema } },
    async handle({ params: { app }, body, actor, idempotencyKey }) {
      await existingApp(db, app);
      const { environment, to, reason = `healed by ${actor}` } = body;
      const operationId = operationOf('heal', actor, idempotencyKey);
      const healed = await healSplit(db, { app, environment, to, actor, reason, operationId });
      const { kind: result, ...rest } = await labelHeal(db, app, healed);
      return { status: 200, body: { gateways: [], ...rest, result } };
    },
  });
}
