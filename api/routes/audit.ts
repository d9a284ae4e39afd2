import type { Pool } from 'pg';
import { listAudit } from '../../config-store/list-audit.ts';
import { defineRoute, type Route } from '../route.ts';
import { auditPageSchema, auditQuerySchema } from '../schemas/releases.ts';

/** Who did what, newest first; each entry chained to the one before by its hash. */
export function auditRoute(parts: { db: Pool }): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/audit',
    operationId: 'listAudit',
    summary: 'List the audit log',
    role: 'viewer',
    query: auditQuerySchema,
    answers: { 200: { description: 'A page of entries', schema: auditPageSchema } },
    async handle({ query }) {
      return { status: 200, body: await listAudit(parts.db, query) };
    },
  });
}
