import type { Pool } from 'pg';
import { requireRelease } from '../../../config-store/releases/require-release.ts';
import { changeRecordSchema } from '../../../domain/change-record/record.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { recordOf } from '../../releases/record-of.ts';
import { releaseParamsSchema } from '../../schemas/shared.ts';

/** One change as one document: for whoever has to show later what was done, why, and who agreed. */
export function changeRecordRoute({ db }: { readonly db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/{id}/record',
    operationId: 'getChangeRecord',
    summary: 'Show all that is known of a change: what, why, evidence, who, timeline, outcome',
    role: 'viewer',
    action: 'read',
    concerns: 'path.release',
    params: releaseParamsSchema,
    answers: { 200: { description: 'The record', schema: changeRecordSchema } },
    async handle({ params: { id } }) {
      return { status: 200, body: await recordOf(db, await requireRelease(db, id)) };
    },
  });
}
