import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { confirmRollback } from '../../config-store/confirm-rollback.ts';
import { requireRevision } from '../../config-store/require-revision.ts';
import { rollback } from '../../config-store/rollback.ts';
import { nameSchema } from '../../domain/names.ts';
import type { ReleaseWorkflows } from '../release-workflows.ts';
import { defineRoute, type Route } from '../route.ts';
import { rollbackResultSchema, rollbackSchema } from '../schemas/apps.ts';

/** One step back: a write of the split, which needs neither Temporal nor a deployment (invariant 7). */
export function rollbackRoute(parts: { db: Pool; workflows: ReleaseWorkflows }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/apps/{app}/rollback',
    operationId: 'rollback',
    summary: 'Take a revision out at once; pressing twice takes out nothing more',
    role: 'operator',
    params: z.object({ app: nameSchema }),
    body: rollbackSchema,
    answers: { 200: { description: 'What serves now', schema: rollbackResultSchema } },
    async handle({ params, body, actor }) {
      const { environment, takeOut, to } = body;
      const done = await rollback(parts.db, {
        app: params.app,
        environment,
        actor,
        reason: body.reason ?? 'Rolled back by a person',
        operationId: `rollback/${randomUUID()}`,
        ...(takeOut === undefined ? {} : { takeOut }),
        ...(to === undefined ? {} : { to }),
      });
      // The split is what counts; the workflow only closes its release, and finds out by itself if it is not told.
      await parts.workflows.wake(params.app);
      const confirmation = await confirmRollback(parts.db, {
        app: params.app,
        environment,
        version: done.version,
      });
      const label = async (digest: string) =>
        (await requireRevision(parts.db, { app: params.app, ref: digest })).label;
      return {
        status: 200,
        body: {
          result: done.kind,
          version: done.version,
          serving: await label(done.serving),
          ...(done.kind === 'done' ? { takenOut: await label(done.takenOut) } : {}),
          confirmed: confirmation.confirmed,
          waitingFor: [...confirmation.waitingFor, ...confirmation.silent],
        },
      };
    },
  });
}
