import type { Pool } from 'pg';
import { listAudit } from '../../config-store/list-audit.ts';
import { verifyAudit } from '../../config-store/verify-audit.ts';
import { defineRoute, type Route } from '../route.ts';
import { auditPageSchema, auditQuerySchema, auditVerdictSchema } from '../schemas/releases.ts';

/** Who did what, newest first, each entry chained to the one before by its hash; and whether that chain holds. */
export function auditRoutes({ db }: { db: Pool }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/audit',
      operationId: 'listAudit',
      summary: 'List the audit log',
      role: 'viewer',
      action: 'read',
      concerns: 'listed',
      query: auditQuerySchema,
      answers: { 200: { description: 'A page of entries', schema: auditPageSchema } },
      async handle({ query, caller: { apps } }) {
        return { status: 200, body: await listAudit(db, { ...query, apps }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/audit/verify',
      operationId: 'verifyAudit',
      summary: 'Recompute the whole audit chain',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      answers: {
        200: { description: 'Whether it holds, and where it first does not', schema: auditVerdictSchema },
      },
      async handle() {
        return { status: 200, body: await verifyAudit(db) };
      },
    }),
  ];
}
