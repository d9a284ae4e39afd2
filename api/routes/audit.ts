import type { Pool } from 'pg';
import { auditKeysOf } from '../../config-store/chain/audit-keys.ts';
import { listAudit } from '../../config-store/audit/list-audit.ts';
import { readAuditEntries } from '../../config-store/audit/read-audit-entries.ts';
import { readAuditHead } from '../../config-store/audit/read-audit-head.ts';
import { verifyAudit, type AuditFindings } from '../../config-store/audit/verify-audit.ts';
import type { AuditHead, ExpectedHead } from '../../domain/audit/head.ts';
import { messageOf } from '../../domain/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import {
  auditEntriesQuerySchema,
  auditEntriesSchema,
  auditHeadSchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerdictSchema,
  verifyAuditSchema,
} from '../schemas/audit.ts';

/** The ends of the log that this API has noted. */
export interface AuditHeads {
  heads(): Promise<AuditHead[]>;
}

interface AuditParts {
  readonly db: Pool;
  readonly audit?: AuditHeads | undefined;
}

interface Expected {
  readonly heads?: AuditHead[] | undefined;
  readonly expected?: ExpectedHead | undefined;
}

/** By the API's keys, and against what it has noted itself as well. */
async function verify({ db, audit }: AuditParts, { heads = [], expected }: Expected): Promise<AuditFindings> {
  const keys = auditKeysOf(db);
  const own = await (audit?.heads() ?? Promise.resolve([])).catch((error: unknown) => messageOf(error));
  const noted = typeof own === 'string' ? heads : [...own, ...heads];
  const verdict = await verifyAudit(db, { keys, heads: noted, expected, isLive: true });
  if (typeof own !== 'string') return verdict;
  return { ...verdict, ok: false, findings: [{ kind: 'wrong-head', what: own }, ...verdict.findings] };
}

/** Who did what, newest first, each entry chained to the one before by its hash; and whether that chain holds. */
export function auditRoutes(parts: AuditParts): Route[] {
  return [...readingRoutes(parts), ...verifyingRoutes(parts)];
}

function readingRoutes({ db }: AuditParts): Route[] {
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
      async handle({ query: { all, ...query }, caller: { apps } }) {
        return { status: 200, body: await listAudit(db, { ...query, apps, all: all === 'true' }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/audit/head',
      operationId: 'readAuditHead',
      summary: 'Tell the end of the audit log, to be noted elsewhere',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      answers: { 200: { description: 'Number and hash of the last entry, sealed', schema: auditHeadSchema } },
      async handle() {
        return { status: 200, body: await readAuditHead(db) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/audit/entries',
      operationId: 'listAuditEntries',
      summary: 'Read the audit log in the order of its chain, to be exported',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      query: auditEntriesQuerySchema,
      answers: { 200: { description: 'The entries after one of them', schema: auditEntriesSchema } },
      async handle({ query }) {
        return { status: 200, body: { entries: await readAuditEntries(db, query) } };
      },
    }),
  ];
}

function verifyingRoutes(parts: AuditParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/audit/verify',
      operationId: 'verifyAudit',
      summary: 'Recompute the whole audit chain, and hold it against what it records',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      answers: { 200: { description: 'Whether it holds, and what does not', schema: auditVerdictSchema } },
      async handle() {
        return { status: 200, body: await verify(parts, {}) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/audit/verify',
      operationId: 'verifyAuditAgainst',
      summary: 'The same, against ends of the log that were noted elsewhere',
      role: 'viewer',
      action: 'read',
      concerns: 'all',
      body: verifyAuditSchema,
      answers: { 200: { description: 'Whether it holds, and what does not', schema: auditVerdictSchema } },
      async handle({ body }) {
        return { status: 200, body: await verify(parts, body) };
      },
    }),
  ];
}
