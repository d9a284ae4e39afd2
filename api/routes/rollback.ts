import type { Pool } from 'pg';
import { z } from 'zod';
import { confirmRollback } from '../../config-store/splits/confirm-rollback.ts';
import { followAfterCommit } from '../../config-store/change-control/follow-production.ts';
import { holdForcedRollback } from '../../config-store/splits/hold-forced-rollback.ts';
import { labelRollback } from '../../config-store/splits/label-rollback.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { actionNeeds } from '../actions/action-needs.ts';
import type { ReleaseWorkflows } from '../releases/release-workflows.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { rollbackResultSchema, rollbackSchema } from '../schemas/rollback.ts';
import { existingApp } from './existing-app.ts';
import { operationOf } from './operation-of.ts';

/** One step back: a write of the split, which needs neither Temporal nor a deployment (invariant 7). */
export function rollbackRoute(parts: { readonly db: Pool; readonly workflows: ReleaseWorkflows }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps/{app}/rollback',
    operationId: 'rollback',
    summary: 'Take a revision out at once; pressing twice, or late, takes out nothing more',
    ...actionNeeds.rollback,
    params: z.object({ app: nameSchema }),
    body: rollbackSchema,
    answers: { 200: { description: 'What serves now', schema: rollbackResultSchema } },
    async handle({ params: { app }, body, actor, role, idempotencyKey }) {
      const { environment, to, force, reason = `rolled back by ${actor}` } = body;
      await existingApp(parts.db, app);
      if (force && to !== undefined)
        await holdForcedRollback(parts.db, { app, environment, to, role, reason });
      const operationId = operationOf('rollback', actor, idempotencyKey);
      const done = await rollback(parts.db, { ...body, app, actor, reason, operationId });
      // The split is what counts; the workflow only closes its release, and finds out by itself if it is not told.
      const [confirmation] = await Promise.all([
        confirmRollback(parts.db, { app, environment, version: done.version }),
        parts.workflows.wake(app),
        followAfterCommit(parts.db, { app, actor }),
      ]);
      const { kind, ...labelled } = await labelRollback(parts.db, { app, environment }, done);
      return {
        status: 200,
        body: {
          ...{ result: kind, skipped: [], override: false, ...labelled },
          confirmed: confirmation.confirmed,
          waitingFor: [...confirmation.waitingFor, ...confirmation.silent],
          standby: confirmation.standby,
        },
      };
    },
  });
}
